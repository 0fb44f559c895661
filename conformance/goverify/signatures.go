package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
)

// The kinds of signature of a statement, a closed list told by the public key alone (docs/reference/record-format.md).

// signer gives the 32 bytes by which the record knows who signed.
func signer(key []byte) []byte {
	point := key
	if found, ok := readPasskey(key); ok {
		point = found.point
	}
	if len(point) == 32 {
		return point
	}
	sum := sha256.Sum256(point)
	return sum[:]
}

// holds says whether a signature holds by the rules of its key's kind.
func holds(key, message, signature []byte) bool {
	switch len(key) {
	case 32:
		return holdsEd25519(key, message, signature)
	case 33:
		return holdsP256(key, message, signature)
	}
	return holdsPasskey(key, message, signature)
}

var strictKeys = map[string]bool{}

// strictKey says whether an Ed25519 key is strict; this is slow, and remembered.
func strictKey(key []byte) bool {
	known, found := strictKeys[string(key)]
	if !found {
		known = checkPoint(key) == nil
		strictKeys[string(key)] = known
	}
	return known
}

func holdsEd25519(key, message, signature []byte) bool {
	return strictKey(key) && checkSignature(signature) == nil && ed25519.Verify(key, message, signature)
}

func holdsP256(key, message, signature []byte) bool {
	curve := elliptic.P256()
	x, y := elliptic.UnmarshalCompressed(curve, key)
	if x == nil || len(signature) != 64 {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	// Both (r, s) and (r, n - s) hold: the lower is the form.
	if s.Cmp(new(big.Int).Rsh(curve.Params().N, 1)) > 0 {
		return false
	}
	digest := sha256.Sum256(message)
	return ecdsa.Verify(&ecdsa.PublicKey{Curve: curve, X: x, Y: y}, digest[:], r, s)
}

// A passkey is a public key with where and how it must have been used.
type passkey struct {
	algorithm        byte
	point            []byte
	domain, origin   string
	verified, synced bool
}

const host = `[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?`

var (
	domainForm = regexp.MustCompile(`\A` + host + `\z`)
	originForm = regexp.MustCompile(`\A(https?)://(` + host + `)(?::[1-9][0-9]{0,4})?\z`)
)

func readPasskey(key []byte) (passkey, bool) {
	var found passkey
	if len(key) == 0 || len(key) > 640 || (key[0] != 7 && key[0] != 8) {
		return found, false
	}
	size := 33
	if key[0] == 8 {
		size = 32
	}
	if len(key) < 1+size+1 {
		return found, false
	}
	found.algorithm, found.point = key[0], key[1:1+size]
	rules, where := key[1+size], strings.Split(string(key[2+size:]), " ")
	if key[0] == 7 {
		if x, _ := elliptic.UnmarshalCompressed(elliptic.P256(), found.point); x == nil {
			return found, false
		}
	} else if !strictKey(found.point) {
		return found, false
	}
	if rules > 3 || len(where) != 2 || !domainForm.MatchString(where[0]) {
		return found, false
	}
	found.verified, found.synced = rules&1 != 0, rules&2 != 0
	found.domain, found.origin = where[0], where[1]
	parts := originForm.FindStringSubmatch(found.origin)
	if parts == nil || (parts[1] == "http" && parts[2] != "localhost") {
		return found, false
	}
	return found, parts[2] == found.domain || strings.HasSuffix(parts[2], "."+found.domain)
}

func holdsPasskey(key, message, signature []byte) bool {
	challenge := sha256.Sum256(message)
	return holdsAssertion(key, challenge[:], signature)
}

// holdsAssertion judges a passkey's signature by the challenge that it was made for.
func holdsAssertion(key, challenge, signature []byte) bool {
	found, ok := readPasskey(key)
	const head = 1 + 37 + 2
	if !ok || len(signature) < head+64 || signature[0] != 1 {
		return false
	}
	data, length := signature[1:38], int(signature[38])<<8|int(signature[39])
	if len(signature) != head+length+64 {
		return false
	}
	client, inner := signature[head:head+length], signature[head+length:]
	if !usedAsDemanded(data, found) || !isClientData(client, challenge, found.origin) {
		return false
	}
	digest := sha256.Sum256(client)
	signed := append(append([]byte{}, data...), digest[:]...)
	if found.algorithm == 7 {
		return holdsP256(found.point, signed, inner)
	}
	return holdsEd25519(found.point, signed, inner)
}

// usedAsDemanded judges the data of an authenticator: its domain and its flags.
func usedAsDemanded(data []byte, key passkey) bool {
	domain := sha256.Sum256([]byte(key.domain))
	if !bytes.Equal(data[:32], domain[:]) {
		return false
	}
	const present, verified, maySync, isSynced = 0x01, 0x04, 0x08, 0x10
	flags := data[32]
	return flags&^(present|verified|maySync|isSynced) == 0 && flags&present != 0 &&
		(!key.verified || flags&verified != 0) &&
		(flags&isSynced == 0 || flags&maySync != 0) &&
		(key.synced || flags&maySync == 0)
}

// isClientData reads what a browser wrote down, to the last byte.
func isClientData(data, challenge []byte, origin string) bool {
	start := `{"type":"webauthn.get","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `","origin":"` + origin + `"`
	if len(data) > 1024 || !bytes.HasPrefix(data, []byte(start)) {
		return false
	}
	rest := strings.TrimPrefix(string(data[len(start):]), `,"crossOrigin":false`)
	seen := map[string]bool{"type": true, "challenge": true, "origin": true, "crossOrigin": true, "topOrigin": true}
	for rest != "}" {
		if !strings.HasPrefix(rest, `,"`) {
			return false
		}
		name := ""
		if end := strings.Index(rest[2:], `"`); end > 0 && end <= 64 {
			name = rest[2 : 2+end]
		}
		if name == "" || seen[name] || !all(name, letters) {
			return false
		}
		seen[name] = true
		rest = rest[2+len(name)+1:]
		if !strings.HasPrefix(rest, ":") {
			return false
		}
		rest = rest[1:]
		switch {
		case strings.HasPrefix(rest, "true"):
			rest = rest[4:]
		case strings.HasPrefix(rest, "false"):
			rest = rest[5:]
		case strings.HasPrefix(rest, `"`):
			end := strings.Index(rest[1:], `"`)
			if end < 0 || end > 256 || !plain(rest[1:1+end]) {
				return false
			}
			rest = rest[end+2:]
		default:
			return false
		}
	}
	return true
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

func all(text, of string) bool {
	for at := range []byte(text) {
		if strings.IndexByte(of, text[at]) < 0 {
			return false
		}
	}
	return true
}

// plain says whether a text is printable ASCII without quotes and backslashes.
func plain(text string) bool {
	for _, letter := range []byte(text) {
		if letter < ' ' || letter > '~' || letter == '"' || letter == '\\' {
			return false
		}
	}
	return true
}
