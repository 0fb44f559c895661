// Command goverify checks a record written by Enduse with none of Enduse's code: golang.org/x/mod/sumdb, which the go
// command itself trusts. It reads tiles/ of a record and its log.vkey, and checks the signature of the checkpoint,
// every entry against the authenticated tree, inclusion proofs, and consistency with older checkpoints.
//
//	goverify LOG.VKEY TILES [OLDER-CHECKPOINT...]
//	goverify statements LOG.VKEY TILES: also the signature of every statement, of whatever kind
//	goverify strict: whether Ed25519 keys and signatures, read from standard input, are of the strict form
//	goverify signatures: whether signatures hold; lines of key, message and signature on standard input, in hexadecimal
//	goverify assertions: the same of passkeys, with the challenge instead of the message
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// tiles reads C2SP tlog-tiles; x/mod asks for "tile/8/<level>/...", C2SP says "tile/<level>/...".
type tiles struct{ dir string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := t.read(path, tile.W*tlog.HashSize)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// read gives the first size bytes of a partial tile, from the full one where the partial is gone.
func (t tiles) read(path string, size int) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(t.dir, path))
	if errors.Is(err, os.ErrNotExist) {
		if cut := strings.Index(path, ".p/"); cut >= 0 {
			data, err = os.ReadFile(filepath.Join(t.dir, path[:cut]))
			if err == nil && len(data) >= size {
				data = data[:size]
			}
		}
	}
	return data, err
}

// bundle gives the entries of a bundle.
func (t tiles) bundle(n int64, w int) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: n, W: w}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(t.dir, path))
	if errors.Is(err, os.ErrNotExist) {
		if cut := strings.Index(path, ".p/"); cut >= 0 {
			data, err = os.ReadFile(filepath.Join(t.dir, path[:cut]))
		}
	}
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(entries) < w {
		if len(data) < 2 {
			return nil, fmt.Errorf("%s is cut short", path)
		}
		size := int(data[0])<<8 | int(data[1])
		if len(data) < 2+size {
			return nil, fmt.Errorf("%s is cut short", path)
		}
		entries = append(entries, data[2:2+size])
		data = data[2+size:]
	}
	return entries, nil
}

// open checks the signature of a checkpoint and reads it.
func open(path string, verifier note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	data, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	for _, found := range signed.Sigs {
		raw, err := base64.StdEncoding.DecodeString(found.Base64)
		if err != nil || len(raw) < 4 {
			return tree, fmt.Errorf("%s has a signature that is none", path)
		}
		if err := checkSignature(raw[4:]); err != nil {
			return tree, err
		}
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("%s is not a checkpoint of %s", path, verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("%s has no root", path)
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

func check(vkey, dir string, older []string, follow func([]byte) error) error {
	key, err := os.ReadFile(vkey)
	if err != nil {
		return err
	}
	if err := checkKey(strings.TrimSpace(string(key))); err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return err
	}
	tree, err := open(filepath.Join(dir, "checkpoint"), verifier)
	if err != nil {
		return err
	}
	source := tiles{dir}
	hashes := tlog.TileHashReader(tree, source)
	proofs := 0
	for first := int64(0); first < tree.N; first += width {
		w := int(tree.N - first)
		if w > width {
			w = width
		}
		entries, err := source.bundle(first/width, w)
		if err != nil {
			return err
		}
		var indexes []int64
		for n := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(n)))
		}
		authentic, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for n, entry := range entries {
			if tlog.RecordHash(entry) != authentic[n] {
				return fmt.Errorf("entry %d is not in the tree", first+int64(n))
			}
			if err := follow(entry); err != nil {
				return fmt.Errorf("entry %d: %w", first+int64(n), err)
			}
		}
		// One entry of each bundle the way the go command checks a module: by a proof of its own.
		index := first + int64(w)/2
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index-first])); err != nil {
			return err
		}
		proofs++
	}
	for _, path := range older {
		old, err := open(path, verifier)
		if err != nil {
			return err
		}
		if old.N == 0 {
			continue
		}
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return err
		}
	}
	fmt.Printf("ok: %d entries, %d inclusion proofs, consistent with %d older checkpoints\n", tree.N, proofs, len(older))
	return nil
}

// judge reads lines of a public key, what was signed, and a signature, and says of each whether the signature holds.
func judge(holds func(key, signed, signature []byte) bool) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var parts [][]byte
		for _, text := range strings.Split(lines.Text(), " ") {
			part, err := hex.DecodeString(text)
			if err != nil {
				return err
			}
			parts = append(parts, part)
		}
		if len(parts) != 3 {
			return errors.New("a line has a key, what was signed, and a signature")
		}
		fmt.Println(holds(parts[0], parts[1], parts[2]))
	}
	return lines.Err()
}

// statements checks a record with the signature of every statement.
func statements(vkey, dir string) error {
	var ring keyring
	if err := check(vkey, dir, nil, ring.follow); err != nil {
		return err
	}
	fmt.Println("signatures:", ring.kinds)
	return nil
}

// strict reads lines of a public key and a signature, in hexadecimal, and says of each whether both are strict.
func strict() error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var key, signature []byte
		if _, err := fmt.Sscanf(lines.Text(), "%x %x", &key, &signature); err != nil {
			return err
		}
		fits := len(key) == 32 && checkKey("x+0+"+base64.StdEncoding.EncodeToString(append([]byte{1}, key...))) == nil
		fmt.Println(fits, checkSignature(signature) == nil)
	}
	return lines.Err()
}

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "strict":
		err = strict()
	case len(os.Args) == 2 && os.Args[1] == "signatures":
		err = judge(holds)
	case len(os.Args) == 2 && os.Args[1] == "assertions":
		err = judge(holdsAssertion)
	case len(os.Args) == 4 && os.Args[1] == "statements":
		err = statements(os.Args[2], os.Args[3])
	case len(os.Args) < 3:
		fmt.Fprintln(os.Stderr, "usage: goverify LOG.VKEY TILES [OLDER-CHECKPOINT...]")
		os.Exit(2)
	default:
		err = check(os.Args[1], os.Args[2], os.Args[3:], func([]byte) error { return nil })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
}
