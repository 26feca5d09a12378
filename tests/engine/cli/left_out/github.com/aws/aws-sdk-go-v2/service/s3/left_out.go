// Package s3 has what the backend looks for in a copy in any bucket.
package s3

// CopyObjectInput is never what a file is copied with.
type CopyObjectInput struct{ CopySource *string }
