// Checks an exported ledger with Go's own transparency log packages, written by others for another
// purpose: golang.org/x/mod/sumdb/note and golang.org/x/mod/sumdb/tlog.
//
//	outside BUNDLE VKEY [PROOF]
//
// PROOF is a tlog-proof file or a witness's add-checkpoint request; both are told by their first line.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type row struct {
	Entry      json.RawMessage
	Leaf       []byte
	Checkpoint string
}

type log struct {
	verifiers note.Verifiers
	hashes    []tlog.Hash
	leaves    []tlog.Hash
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		found = append(found, l.hashes[index])
	}
	return found, nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return err
	}
	l := &log{verifiers: note.VerifierList(verifier)}
	if err := l.read(args[0]); err != nil {
		return err
	}
	if len(args) > 2 {
		if err := l.check(args[2]); err != nil {
			return err
		}
	}
	fmt.Println("ok:", len(l.leaves), "entries")
	return nil
}

func (l *log) read(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<21)
	signed := int64(-1)
	for lines.Scan() {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		if r.Entry != nil {
			leaf := tlog.RecordHash(r.Entry)
			if !bytes.Equal(leaf[:], r.Leaf) {
				return fmt.Errorf("entry %d was edited", len(l.leaves))
			}
			more, err := tlog.StoredHashes(int64(len(l.leaves)), r.Entry, l)
			if err != nil {
				return err
			}
			l.hashes = append(l.hashes, more...)
			l.leaves = append(l.leaves, leaf)
		} else if r.Checkpoint != "" {
			tree, err := l.head(r.Checkpoint)
			if err != nil {
				return err
			}
			if tree.N != int64(len(l.leaves)) {
				return fmt.Errorf("signed for %d entries, %d stand before it", tree.N, len(l.leaves))
			}
			root, err := tlog.TreeHash(tree.N, l)
			if err != nil {
				return err
			}
			if root != tree.Hash {
				return fmt.Errorf("the root of size %d is not the signed one", tree.N)
			}
			signed = tree.N
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if signed != int64(len(l.leaves)) {
		return fmt.Errorf("not signed to the end")
	}
	return nil
}

// head opens a checkpoint; tlog.ParseTree wants a first line of its own, so ours is read here.
func (l *log) head(text string) (tlog.Tree, error) {
	opened, err := note.Open([]byte(text), l.verifiers)
	if err != nil {
		return tlog.Tree{}, err
	}
	parts := strings.Split(opened.Text, "\n")
	if len(parts) < 4 || parts[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of this ledger")
	}
	size, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(parts[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func (l *log) check(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	top, checkpoint, found := strings.Cut(string(data), "\n\n")
	if !found {
		return fmt.Errorf("no checkpoint in %s", path)
	}
	tree, err := l.head(checkpoint)
	if err != nil {
		return err
	}
	lines := strings.Split(top, "\n")
	if lines[0] == "c2sp.org/tlog-proof@v1" {
		index, hashes, err := parse("index ", lines[1:])
		if err != nil {
			return err
		}
		return tlog.CheckRecord(tlog.RecordProof(hashes), tree.N, tree.Hash, index, l.leaves[index])
	}
	old, hashes, err := parse("old ", lines)
	if err != nil || old == 0 {
		return err
	}
	before, err := tlog.TreeHash(old, l)
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(hashes), tree.N, tree.Hash, old, before)
}

func parse(word string, lines []string) (int64, []tlog.Hash, error) {
	number, err := strconv.ParseInt(strings.TrimPrefix(lines[0], word), 10, 64)
	if err != nil {
		return 0, nil, err
	}
	var hashes []tlog.Hash
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return 0, nil, fmt.Errorf("a hash is malformed")
		}
		hashes = append(hashes, tlog.Hash(*(*[tlog.HashSize]byte)(raw)))
	}
	return number, hashes, nil
}
