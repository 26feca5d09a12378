// Package gcsblob opens no bucket.
package gcsblob

// Scheme is that of Google Cloud's buckets.
const Scheme = "gs"
