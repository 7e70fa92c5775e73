//go:build tools

// Package engine names the programs that this module builds, so that go.mod and
// go.sum hold everything they need and nothing else. It is never compiled itself.
package engine

import (
	_ "github.com/cometbft/cometbft/abci/cmd/abci-cli"
	_ "github.com/cometbft/cometbft/cmd/cometbft"
)
