"""Go's text/template in pure Python: exact, fast, bounded, standard library only."""
