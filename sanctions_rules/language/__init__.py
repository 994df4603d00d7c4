"""From rule text to a program: parse, resolve, typecheck, scrutinise, lower. And back: format."""
