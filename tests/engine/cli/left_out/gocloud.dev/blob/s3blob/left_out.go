// Package s3blob opens no bucket.
package s3blob
