// Package neo has no assistant.
package neo

import (
	"errors"

	"github.com/spf13/cobra"
)

// NewNeoCmd does nothing.
func NewNeoCmd() *cobra.Command {
	return &cobra.Command{Use: "neo", Hidden: true, RunE: func(*cobra.Command, []string) error {
		return errors.New("Neo is left out of this build")
	}}
}
