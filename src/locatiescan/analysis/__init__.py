"""Pure calculation: parcels and layers in, numbers out. No files, no network, no clock."""
