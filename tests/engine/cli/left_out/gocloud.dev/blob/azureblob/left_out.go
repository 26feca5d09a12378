// Package azureblob opens no bucket.
package azureblob

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/blob"
)

// Scheme is that of Azure's buckets.
const Scheme = "azblob"

// ServiceURLOptions are none.
type ServiceURLOptions struct{}

// NewDefaultServiceURLOptions are none.
func NewDefaultServiceURLOptions() *ServiceURLOptions { return &ServiceURLOptions{} }

// NewDefaultClient makes none.
func NewDefaultClient() {}

// URLOpener opens nothing.
type URLOpener struct {
	MakeClient        func()
	ServiceURLOptions ServiceURLOptions
}

// OpenBucketURL opens nothing.
func (*URLOpener) OpenBucketURL(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, errors.New("azblob:// is left out of this build")
}
