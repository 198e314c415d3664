"""The command line: words in, words out. Every rule and every figure lives below."""
