"""An assessment for people, forges and programs."""
