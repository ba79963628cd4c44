"""The log platform's two images: repo1 takes logs in (`ingest`), repo2 has the consumer and the analysis API."""
