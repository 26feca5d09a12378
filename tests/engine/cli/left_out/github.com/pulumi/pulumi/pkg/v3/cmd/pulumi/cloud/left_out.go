// Package cloud asks Pulumi Cloud nothing: it has no command `pulumi api`, whose reader of OpenAPI takes a quarter of the
// compiler's time.
package cloud

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate/client"
	"github.com/spf13/cobra"
)

var errLeftOut = errors.New("Pulumi Cloud's API is left out of this build")

// APIError is what `pulumi api` ends with.
type APIError struct {
	ExitCode int
	Silent   bool
}

func (*APIError) Error() string { return errLeftOut.Error() }

// ResolvedContext is who is logged in to Pulumi Cloud.
type ResolvedContext struct {
	Client   *client.Client
	OrgName  string
	LoggedIn bool
}

// ResolveContext finds nobody.
func ResolveContext(context.Context) (*ResolvedContext, error) {
	return nil, errLeftOut
}

// NewAPICmd does nothing.
func NewAPICmd() *cobra.Command {
	return &cobra.Command{Use: "api", Hidden: true, RunE: func(*cobra.Command, []string) error { return errLeftOut }}
}
