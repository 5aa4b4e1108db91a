"""From progress to an attestation that anyone can verify."""
