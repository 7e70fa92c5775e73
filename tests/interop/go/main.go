// Command interop checks proofs of the state tree with the published ICS-23 verifier.
//
// Standard input holds one JSON list of cases: {"root", "key", "value", "proof"}, all in
// hexadecimal; an empty value is a claim of absence. Standard output gets one JSON list of
// booleans, in the same order. Anything else ends it with a message and exit code 1.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	ics23 "github.com/cosmos/ics23/go"
)

type proofCase struct {
	Root  string `json:"root"`
	Key   string `json:"key"`
	Value string `json:"value"`
	Proof string `json:"proof"`
}

func main() {
	var cases []proofCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		fail(err)
	}
	verdicts := make([]bool, len(cases))
	for i, c := range cases {
		holds, err := check(c)
		if err != nil {
			fail(fmt.Errorf("case %d: %w", i, err))
		}
		verdicts[i] = holds
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fail(err)
	}
}

func check(c proofCase) (bool, error) {
	var raw [4][]byte
	for i, text := range []string{c.Root, c.Key, c.Value, c.Proof} {
		decoded, err := hex.DecodeString(text)
		if err != nil {
			return false, err
		}
		raw[i] = decoded
	}
	root, key, value := raw[0], raw[1], raw[2]
	var proof ics23.CommitmentProof
	if err := proof.Unmarshal(raw[3]); err != nil {
		return false, nil
	}
	if len(value) == 0 {
		return ics23.VerifyNonMembership(ics23.SmtSpec, root, &proof, key), nil
	}
	return ics23.VerifyMembership(ics23.SmtSpec, root, &proof, key, value), nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
