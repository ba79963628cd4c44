"""What a recorded stack costs a month: AWS's list prices, the quantities of the stack, and what a change costs.

What belongs here: a price, a resource that costs money, an assumption about use. How costs look in a page is
`docgen/`'s.
"""
