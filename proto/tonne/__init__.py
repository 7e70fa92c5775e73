"""Generated protocol packages; the sources are the .proto files beside them."""
