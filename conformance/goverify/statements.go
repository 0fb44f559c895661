package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// The signatures of statements: whose key, by which kind, over which bytes. Keys are known from the record alone.

const payloadType = "application/vnd.enduse.statement+json"

var envelopeForm = regexp.MustCompile(`\A\{"payload":"([A-Za-z0-9+/]+={0,2})","payloadType":"` + regexp.QuoteMeta(payloadType) +
	`","signatures":\[\{"keyid":"([0-9a-f]{32})","sig":"([A-Za-z0-9+/]+={0,2})"\}\]\}\z`)

// Fields of a statement that concern keys. The names are compared to the letter; encoding/json alone takes others.
type fields map[string]json.RawMessage

func (f fields) text(name string) string {
	var text string
	if json.Unmarshal(f[name], &text) != nil {
		return ""
	}
	return text
}

func (f fields) within(name string) fields {
	var found fields
	if json.Unmarshal(f[name], &found) != nil {
		return nil
	}
	return found
}

func (f fields) texts(name string) []string {
	var found []string
	if json.Unmarshal(f[name], &found) != nil {
		return nil
	}
	return found
}

// A page from which passkeys sign, and its rules.
type page struct {
	Domain   string   `json:"relying_party"`
	Origins  []string `json:"origins"`
	Verified *bool    `json:"user_verified"`
	Synced   bool     `json:"synced"`
}

type enrolled struct {
	party string
	key   []byte
}

// A keyring follows a record, entry by entry.
type keyring struct {
	origin, founder, keeper string
	bodies                  []string
	pages                   []page
	keys                    map[string]enrolled
	kinds                   map[string]int
}

func keyID(key []byte) string {
	sum := sha256.Sum256(signer(key))
	return hex.EncodeToString(sum[:16])
}

// exact decodes base64 that encodes back to itself.
func exact(text []byte) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(string(text))
	if err == nil && base64.StdEncoding.EncodeToString(data) != string(text) {
		err = errors.New("base64 has stray bits")
	}
	return data, err
}

func (k *keyring) follow(entry []byte) error {
	parts := envelopeForm.FindSubmatch(entry)
	if parts == nil {
		return errors.New("not an envelope in its one form")
	}
	payload, err := exact(parts[1])
	if err != nil {
		return err
	}
	signature, err := exact(parts[3])
	if err != nil {
		return err
	}
	var said fields
	if err := json.Unmarshal(payload, &said); err != nil {
		return err
	}
	if k.keys == nil {
		if err := k.found(said, string(parts[2])); err != nil {
			return err
		}
	}
	known, ok := k.keys[string(parts[2])]
	if !ok || known.party != said.text("party") || said.text("programme") != k.origin {
		return errors.New("signed by a key that is not enrolled for its party")
	}
	signed := fmt.Sprintf("DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
	if !holds(known.key, []byte(signed), signature) {
		return errors.New("the signature does not hold")
	}
	k.kinds[kindOf(known.key)]++
	if said.text("kind") == "key" {
		return k.change(said)
	}
	return nil
}

func (k *keyring) found(said fields, name string) error {
	body := said.within("body")
	key, err := hex.DecodeString(body.text("public_key"))
	k.keeper = said.text("party")
	if err != nil || said.text("kind") != "programme" || body.text("keeper") != k.keeper || len(key) != 32 || keyID(key) != name {
		return errors.New("not founded by its keeper")
	}
	k.origin, k.founder = said.text("programme"), body.text("public_key")
	k.bodies = body.within("keys").texts("bodies")
	if given, there := body["signing"]; there {
		if err := json.Unmarshal(given, &k.pages); err != nil {
			return err
		}
	}
	k.keys, k.kinds = map[string]enrolled{name: {k.keeper, key}}, map[string]int{}
	return nil
}

// change follows a statement on a key: a new one must be its party's, on a page of the founding, and have asked for it.
func (k *keyring) change(said fields) error {
	body := said.within("body")
	action, party, public := body.text("action"), body.text("party"), body.text("public_key")
	key, err := hex.DecodeString(public)
	if err != nil {
		return err
	}
	known, there := k.keys[keyID(key)]
	if action != "enrol" && action != "recover" && action != "hand_on" {
		if !there || known.party != party {
			return errors.New("a statement on a key that its party does not have")
		}
		return nil
	}
	by := said.text("party")
	if by != k.keeper && by != party && !contains(k.bodies, by) {
		return errors.New("a key brought in by a party that may not")
	}
	proof, err := hex.DecodeString(body.text("possession"))
	if err != nil {
		return err
	}
	wanted := fmt.Sprintf("enduse key possession v1\n%s\n%s\n%s\n%s\n", k.origin, k.founder, party, public)
	if there || !k.lets(key) || !holds(key, []byte(wanted), proof) {
		return errors.New("a key is enrolled twice, from a page that the founding does not name, or did not ask for it")
	}
	k.keys[keyID(key)] = enrolled{party, key}
	return nil
}

// lets says whether the founding lets a key be enrolled: of passkeys it names pages and rules.
func (k *keyring) lets(key []byte) bool {
	found, ok := readPasskey(key)
	if !ok {
		return len(key) == 32 || len(key) == 33
	}
	for _, page := range k.pages {
		needed := page.Verified == nil || *page.Verified
		if page.Domain == found.domain && contains(page.Origins, found.origin) &&
			(found.verified || !needed) && (page.Synced || !found.synced) {
			return true
		}
	}
	return false
}

func contains(of []string, wanted string) bool {
	for _, each := range of {
		if each == wanted {
			return true
		}
	}
	return false
}

func kindOf(key []byte) string {
	switch {
	case len(key) == 32:
		return "ed25519"
	case len(key) == 33:
		return "p256"
	case key[0] == 7:
		return "webauthn-es256"
	}
	return "webauthn-eddsa"
}
