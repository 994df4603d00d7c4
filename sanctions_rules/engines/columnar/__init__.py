"""Many cases at once: the core over Arrow record batches, on two rails of numpy vectors."""
