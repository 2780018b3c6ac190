"""The partners' read API: other systems read shops, goods, harvests, places and kinds with a token of their own."""
