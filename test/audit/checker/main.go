// Checks a log of Gatehouse with the code that checks Go's own checksum database: nothing here knows how the log was
// made, only its directory, its keys, and proofs that it claims to be good.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type claims struct {
	Directory   string
	LogKey      string
	WitnessKey  string
	Checkpoints []string
	Inclusion   []struct {
		Index, Size int64
		Proof       []string
	}
	Consistency []struct {
		Old, Size int64
		Proof     []string
	}
}

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func hash(text string) tlog.Hash {
	var h tlog.Hash
	bytes, err := base64.StdEncoding.DecodeString(text)
	check(err, "a hash")
	if len(bytes) != len(h) {
		check(fmt.Errorf("%d bytes", len(bytes)), "a hash")
	}
	copy(h[:], bytes)
	return h
}

// cosigner verifies cosignature/v1 lines, which the note package leaves to its users.
type cosigner struct {
	name string
	key  ed25519.PublicKey
	id   uint32
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	data, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "the key of the witness")
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	if data[0] != 4 || len(data) != 33 {
		check(fmt.Errorf("type %d", data[0]), "the key of the witness")
	}
	return cosigner{parts[0], data[1:], binary.BigEndian.Uint32(sum[:])}
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

// tiles reads the tiles of a tlog-tiles directory, where the height of 8 is not part of the path.
type tiles struct{ directory string }

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		bytes, err := os.ReadFile(filepath.Join(t.directory, "tile", path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func readEntries(directory string, size int64) [][]byte {
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: 8, L: 0, N: n, W: int(min(256, size-n*256))}
		path := strings.TrimPrefix(tile.Path(), "tile/8/0/")
		bytes, err := os.ReadFile(filepath.Join(directory, "tile", "entries", path))
		check(err, "a bundle of entries")
		for len(bytes) > 0 {
			length := int(binary.BigEndian.Uint16(bytes))
			entries = append(entries, bytes[2:2+length])
			bytes = bytes[2+length:]
		}
	}
	return entries
}

func main() {
	input, err := os.ReadFile(os.Args[1])
	check(err, "the claims")
	var claimed claims
	check(json.Unmarshal(input, &claimed), "the claims")
	verifier, err := note.NewVerifier(claimed.LogKey)
	check(err, "the key of the log")
	witness := newCosigner(claimed.WitnessKey)
	cosigned := 0

	roots := map[int64]tlog.Hash{}
	var newest int64
	for _, text := range claimed.Checkpoints {
		opened, err := note.Open([]byte(text), note.VerifierList(verifier, witness))
		check(err, "a checkpoint")
		if len(opened.Sigs) > 1 {
			cosigned++
		}
		lines := strings.Split(opened.Text, "\n")
		if lines[0] != verifier.Name() || len(lines) != 4 {
			check(fmt.Errorf("%q", opened.Text), "a checkpoint")
		}
		size, err := strconv.ParseInt(lines[1], 10, 64)
		check(err, "the size of a checkpoint")
		roots[size] = hash(lines[2])
		newest = max(newest, size)
	}
	if cosigned == 0 {
		check(fmt.Errorf("none is cosigned"), "the checkpoints")
	}

	entries := readEntries(claimed.Directory, newest)
	if int64(len(entries)) != newest {
		check(fmt.Errorf("%d entries, not %d", len(entries), newest), "the bundles")
	}
	// The hashes are read and authenticated from tiles, against the signed root.
	reader := tlog.TileHashReader(tlog.Tree{N: newest, Hash: roots[newest]}, tiles{claimed.Directory})
	for n, entry := range entries {
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
		check(err, "the tiles")
		if stored[0] != tlog.RecordHash(entry) {
			check(fmt.Errorf("entry %d", n), "the bundles")
		}
	}
	for _, c := range claimed.Inclusion {
		var proof tlog.RecordProof
		for _, line := range c.Proof {
			proof = append(proof, hash(line))
		}
		check(tlog.CheckRecord(proof, c.Size, roots[c.Size], c.Index, tlog.RecordHash(entries[c.Index])), "an inclusion proof")
		own, err := tlog.ProveRecord(c.Size, c.Index, reader)
		check(err, "proving inclusion")
		if fmt.Sprint(own) != fmt.Sprint(proof) {
			check(fmt.Errorf("of %d in %d differs", c.Index, c.Size), "an inclusion proof")
		}
	}
	for _, c := range claimed.Consistency {
		var proof tlog.TreeProof
		for _, line := range c.Proof {
			proof = append(proof, hash(line))
		}
		check(tlog.CheckTree(proof, c.Size, roots[c.Size], c.Old, roots[c.Old]), "a consistency proof")
		own, err := tlog.ProveTree(c.Size, c.Old, reader)
		check(err, "proving consistency")
		if fmt.Sprint(own) != fmt.Sprint(proof) {
			check(fmt.Errorf("of %d in %d differs", c.Old, c.Size), "a consistency proof")
		}
	}
	fmt.Printf("%d checkpoints, %d entries, %d inclusion and %d consistency proofs\n",
		len(claimed.Checkpoints), len(entries), len(claimed.Inclusion), len(claimed.Consistency))
}
