"""What is served: ours and each rival, as its own experts write it. All answer alike."""
