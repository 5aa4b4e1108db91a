"""The register of companies: what the programme knows of each, beside what its groups on this site say."""
