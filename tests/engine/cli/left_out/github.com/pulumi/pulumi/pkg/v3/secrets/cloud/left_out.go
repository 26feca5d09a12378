// Package cloud has no key services of clouds: secrets are sealed by a passphrase.
package cloud

import (
	"encoding/json"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Type is what states call these managers of secrets.
const Type = "cloud"

var errLeftOut = errors.New("key services of clouds are left out of this build")

// EditProjectStack writes nothing.
func EditProjectStack(*workspace.ProjectStack, json.RawMessage) error {
	return errLeftOut
}

// NewCloudSecretsManagerFromState opens none.
func NewCloudSecretsManagerFromState(json.RawMessage) (secrets.Manager, error) {
	return nil, errLeftOut
}

// NewCloudSecretsManager makes none.
func NewCloudSecretsManager(*workspace.ProjectStack, string, bool) (secrets.Manager, error) {
	return nil, errLeftOut
}
