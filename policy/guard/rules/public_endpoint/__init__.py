"""No data store or control plane answers on a public address."""
