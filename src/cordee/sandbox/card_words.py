"""What does each error card say? A title, what happened, and one thing to try; as templates, in words of a beginner.

A key is the name of a rule, or that name, a stroke and a variant. `{name}`, `{given}`, `{wanted}`… are the learner's
own names and types; `{open}`, `{close}` and `{percent}` are the signs that a template cannot hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cordee.core.errors import N_

SIGNS: Mapping[str, str] = {"open": "{", "close": "}", "percent": "%"}


class Words(NamedTuple):
    title: str
    text: str
    advice: str


def title_of(name: str, translate: Callable[[str], str] = lambda template: template) -> str:
    """The title of a card for several programs: “…” for what is each one’s own; "" for a name that is none of these."""
    if name not in WORDS:
        return ""
    return translate(WORDS[name].title).format_map(defaultdict(lambda: "…", SIGNS))


WORDS: Mapping[str, Words] = {
    "missing-semicolon": Words(
        N_("A semicolon is missing"),
        N_("In C, each instruction ends with “;”. One is missing at the end of this line."),
        N_("Put “;” after “{word}”."),
    ),
    "missing-semicolon/struct": Words(
        N_("A semicolon is missing"),
        N_("The description of a structure ends with “;” after its last brace."),
        N_("Put “;” after “{close}”."),
    ),
    "for-semicolons": Words(
        N_("Three parts of “for”"),
        N_("Between the parentheses of “for” stand three parts, separated by two “;”."),
        N_("Count the “;” between these parentheses."),
    ),
    "semicolon-after-function": Words(
        N_("A semicolon too many"),
        N_("Line {line} ends with “;”, so the function ends there and its braces belong to nothing."),
        N_("Take “;” away at the end of line {line}."),
    ),
    "undeclared-name": Words(
        N_("“{name}” is not declared"),
        N_("You use “{name}”, but C does not know it yet: no line before gives it a type."),
        N_("Check whether the name is written as you declared it, or declare it before this line."),
    ),
    "undeclared-name/guess": Words(
        N_("“{name}” is not declared"),
        N_("You use “{name}”, but no line before declares it. Capital letters count too."),
        N_("Did you mean “{guess}”?"),
    ),
    "undeclared-name/scope": Words(
        N_("“{name}” is not known here"),
        N_("“{name}” is declared on line {line}, but it lives only in its own block, and this line is outside."),
        N_("Declare “{name}” before the block, if you need it afterwards."),
    ),
    "undeclared-name/below": Words(
        N_("“{name}” is declared too late"),
        N_("“{name}” is declared on line {line}, but already used here. C reads from top to bottom."),
        N_("Move the declaration above this line."),
    ),
    "misspelt-keyword": Words(
        N_("“{name}” is not a C keyword"),
        N_("C does not know the word “{name}”. Capital letters count too."),
        N_("Did you mean “{guess}”?"),
    ),
    "foreign-word": Words(
        N_("“{name}” is not a C keyword"),
        N_("“{name}” is a word of other languages. In C one writes “{wanted}”."),
        N_("Write “{wanted}” in its place."),
    ),
    "foreign-word/none": Words(
        N_("“{name}” is not a C keyword"),
        N_("“{name}” is a word of other languages. C does without it."),
        N_("Take “{name}” away."),
    ),
    "missing-include": Words(
        N_("“{name}” needs “{header}”"),
        N_("“{name}” belongs to the library, and its header is not included."),
        N_("Put “#include <{header}>” at the top of the file."),
    ),
    "misspelt-function": Words(
        N_("There is no function “{name}”"),
        N_("You call “{name}”, but no function has this name. Capital letters count too."),
        N_("Did you mean “{guess}”?"),
    ),
    "unknown-function": Words(
        N_("There is no function “{name}”"),
        N_("You call “{name}”, but no line before declares it, nor does a header that you include."),
        N_("Look at how the name is written, or write this function above."),
    ),
    "function-below": Words(
        N_("“{name}” comes too late"),
        N_("You call “{name}” here, but it is written on line {line}. C reads from top to bottom."),
        N_("Move “{name}” above, or put its first line followed by “;” at the top."),
    ),
    "removed-gets": Words(
        N_("“gets” is no longer part of C"),
        N_("“gets” cannot know how large your array is, so it was taken out of C."),
        N_("Read about “fgets”, which is told the size."),
    ),
    "not-here/processes": Words(
        N_("“{name}” has no use here"),
        N_("“{name}” starts or directs other programs. Here your program runs alone, on no system of its own."),
        N_("Take this call away, and do the work in your program."),
    ),
    "not-here/screen": Words(
        N_("“{name}” is not part of C"),
        N_("“{name}” comes with Windows or DOS (“conio.h”, “windows.h”), which are not here."),
        N_("Take this call away; to read a character, there is “getchar”."),
    ),
    "not-here/safe": Words(
        N_("“{name}” is not in this library"),
        N_("“{name}” comes with Microsoft’s compiler. The library here has “{guess}”."),
        N_("Read about “{guess}”: it is given other values."),
    ),
    "not-here/system": Words(
        N_("“{name}” has no use here"),
        N_("“{name}” belongs to a part of the system that is not here, such as signals or jumps between functions."),
        N_("Take this call away, and do the work in your program."),
    ),
    "misspelt-header": Words(
        N_("There is no header “{name}”"),
        N_("The file “{name}” cannot be found: its name looks misspelt."),
        N_("Did you mean “{guess}”?"),
    ),
    "data-too-large": Words(
        N_("The variables take too much memory"),
        N_("The global variables and arrays of this program take more than {most} MB, which is all that there is."),
        N_("Make the arrays smaller: multiply their sizes by those of their types."),
    ),
    "missing-header/system": Words(
        N_("The header “{name}” has no use here"),
        N_(
            "“{name}” belongs to a part of the system that is not here, such as signals, jumps between functions or "
            "other programs."
        ),
        N_("Take this line away, and what needs it."),
    ),
    "missing-header": Words(
        N_("The file “{name}” is not here"),
        N_("You include “{name}”, which is neither among your files nor in the library of C."),
        N_("Take this line away if nothing of it is used, or add the file."),
    ),
    "missing-header/windows": Words(
        N_("The file “{name}” is not here"),
        N_("“{name}” comes with Windows or DOS. It is not part of C, and what it gives is not here."),
        N_("Take this line away, and what needs it."),
    ),
    "include-brackets": Words(
        N_("The header's name needs < and >"),
        N_("After “#include” the name stands between “<” and “>”."),
        N_("Put “<” before the name and “>” after it."),
    ),
    "include-hash": Words(
        N_("“#” is missing before “include”"),
        N_("The line that includes a header begins with “#”."),
        N_("Put “#” before “include”."),
    ),
    "misspelt-directive": Words(
        N_("“#{name}” is unknown"),
        N_("After “#” only a few words are allowed, such as “include” and “define”."),
        N_("Did you mean “#{guess}”?"),
    ),
    "extra-brace": Words(
        N_("A “{close}” too many"),
        N_("This “{close}” closes a block that was never opened, or that was closed already."),
        N_("Take it away, or look for a “{open}” that is missing before."),
    ),
    "missing-brace": Words(
        N_("A “{close}” is missing"),
        N_("The “{open}” of this line is never closed."),
        N_("Find where this block should end, and put “{close}” there."),
    ),
    "missing-opening-brace": Words(
        N_("A “{open}” is missing"),
        N_("The instructions of a function stand between “{open}” and “{close}”. The first one is missing."),
        N_("Put “{open}” before this line."),
    ),
    "missing-parenthesis": Words(
        N_("A “)” is missing"),
        N_("The “(” on line {line} is never closed."),
        N_("Count the “(” and the “)”, and close where it should end."),
    ),
    "missing-parenthesis/open": Words(
        N_("A “(” is missing"),
        N_("What follows “{word}” stands between parentheses."),
        N_("Put “(” and “)” around the condition."),
    ),
    "extra-parenthesis": Words(
        N_("A “)” too many"),
        N_("This line has more “)” than “(”."),
        N_("Take one “)” away."),
    ),
    "missing-bracket": Words(
        N_("A “]” is missing"),
        N_("The “[” on line {line} is never closed."),
        N_("Put “]” after the index or the size."),
    ),
    "missing-comma": Words(
        N_("A comma is missing"),
        N_("The values that a function is given are separated by commas."),
        N_("Put “,” before “{word}”."),
    ),
    "missing-quote": Words(
        N_("A quote is missing"),
        N_("The text that begins on this line is never closed."),
        N_("Put “{sign}” where the text ends."),
    ),
    "missing-quote/text": Words(
        N_("Quotes are missing"),
        N_("“{name}” is taken for the name of a variable. Text stands between quotes."),
        N_('If it is text, put “"” before and after it.'),
    ),
    "open-comment": Words(
        N_("A comment is never closed"),
        N_("What begins with “/*” goes on to the end of the file, so the rest is not read."),
        N_("Put “*/” where the comment ends."),
    ),
    "typographic-quotes": Words(
        N_("Quotes of a word processor"),
        N_("These quotes are curved. C only knows the straight ones, “\"” and “'”."),
        N_("Type the quotes anew with the keyboard."),
    ),
    "strange-character": Words(
        N_("C does not know “{sign}”"),
        N_("This sign, perhaps copied from a page, means nothing in C."),
        N_("Take it away, or type the line anew."),
    ),
    "strange-character/guess": Words(
        N_("C does not know “{sign}”"),
        N_("This sign, perhaps copied from a page, means nothing in C."),
        N_("Did you mean “{guess}”?"),
    ),
    "strange-character/outside": Words(
        N_("“{sign}” stands outside a text"),
        N_("“{sign}” has a meaning only between quotes."),
        N_("Move it before the closing quote."),
    ),
    "apostrophes-for-string": Words(
        N_("A text between apostrophes"),
        N_("Apostrophes hold one character. A text stands between double quotes."),
        N_("Write “\"” in place of “'”."),
    ),
    "string-for-char": Words(
        N_("A text in place of one character"),
        N_('“"” makes a text, even of one letter. One character stands between apostrophes.'),
        N_("Write “'” in place of “\"”."),
    ),
    "char-for-string": Words(
        N_("One character in place of a text"),
        N_("“'” makes one character, but a text (type “{wanted}”) is wanted here."),
        N_("Write “\"” in place of “'”."),
    ),
    "string-for-number": Words(
        N_("A text in place of a number"),
        N_("A text is given where the type “{wanted}” is wanted."),
        N_("Take the quotes away if you mean a number, or look at the type."),
    ),
    "compared-strings": Words(
        N_("Two texts compared with “==”"),
        N_("For texts, “==” compares where they lie in memory, not their letters."),
        N_("Read about “strcmp”, from “string.h”."),
    ),
    "assignment-in-condition": Words(
        N_("“=” in a condition"),
        N_("“=” gives a value to a variable. To compare two values, C has “==”."),
        N_("Write “==” if you want to compare."),
    ),
    "comparison-for-assignment": Words(
        N_("A comparison that does nothing"),
        N_("“==” compares and changes nothing. To give a value, C has “=”."),
        N_("Write “=” if you want to give a value."),
    ),
    "unused-result": Words(
        N_("A result that nobody uses"),
        N_("This computes a value, then forgets it: nothing is changed or printed."),
        N_("Put the result into a variable, or take the line away."),
    ),
    "call-without-parentheses": Words(
        N_("“{name}” is not called"),
        N_("A function is called with parentheses, even when it needs no value."),
        N_("Write “()” after “{name}”."),
    ),
    "empty-body": Words(
        N_("“{word}” does nothing"),
        N_("The “;” right after “{word} (…)” is its whole body. What comes next is not part of it."),
        N_("Take this “;” away."),
    ),
    "misleading-indentation": Words(
        N_("This line is not part of “{word}”"),
        N_("Without braces, only one instruction belongs to “{word}”. C does not look at the spaces."),
        N_("Put both instructions between “{open}” and “{close}”."),
    ),
    "uninitialised": Words(
        N_("“{name}” has no value yet"),
        N_("“{name}” is read before any value was put into it, so it may hold anything."),
        N_("Give “{name}” a first value."),
    ),
    "uninitialised/sometimes": Words(
        N_("“{name}” may have no value"),
        N_("On some paths, “{name}” is read before any value was put into it."),
        N_("Give “{name}” a value in every case."),
    ),
    "format-mismatch": Words(
        N_("The format does not fit the value"),
        N_("The format waits for the type “{wanted}”, but the value has the type “{given}”."),
        N_("Look for the format of “{given}”, or at the value's type."),
    ),
    "format-mismatch/guess": Words(
        N_("The format does not fit the value"),
        N_("The format waits for the type “{wanted}”, but the value has the type “{given}”."),
        N_("“{guess}” is the format of “{given}”."),
    ),
    "missing-ampersand": Words(
        N_("“&” is missing"),
        N_("“scanf” needs the address of “{name}” to put a value there, not its value."),
        N_("Put “&” before “{name}”."),
    ),
    "extra-ampersand": Words(
        N_("A “&” too many"),
        N_("“&{name}” is the address of “{name}”, but its value is wanted."),
        N_("Take “&” away."),
    ),
    "extra-ampersand/array": Words(
        N_("A “&” too many"),
        N_("“{name}” is an array: its name alone is already an address."),
        N_("Take “&” away."),
    ),
    "format-too-few": Words(
        N_("A value is missing"),
        N_("Each “{percent}” of the format waits for a value. There are fewer values."),
        N_("Count the “{percent}” and the values after the text."),
    ),
    "format-too-many": Words(
        N_("A value too many"),
        N_("Each value needs a “{percent}” in the format. There are fewer of them."),
        N_("Count the “{percent}” and the values after the text."),
    ),
    "format-unknown": Words(
        N_("An unknown format"),
        N_("The letter after “{percent}” is not one that C knows."),
        N_("Write a known format, such as “{percent}d” for an “int”."),
    ),
    "format-first": Words(
        N_("The format is missing"),
        N_("The first value given to “printf” or “scanf” is a text between quotes that says how to write the others."),
        N_("Begin with a format between quotes, then a comma."),
    ),
    "too-few-arguments": Words(
        N_("“{name}” needs more values"),
        N_("You give “{name}” fewer values than its declaration asks for (wanted: {wanted}, given: {given})."),
        N_("Compare this call with the first line of “{name}”."),
    ),
    "too-many-arguments": Words(
        N_("“{name}” needs fewer values"),
        N_("You give “{name}” more values than its declaration asks for (wanted: {wanted}, given: {given})."),
        N_("Compare this call with the first line of “{name}”."),
    ),
    "redefinition": Words(
        N_("“{name}” is declared twice"),
        N_("“{name}” already exists: see line {line}."),
        N_("Use another name, or take the type away to change the first one."),
    ),
    "redefinition/files": Words(
        N_("“{name}” is written twice"),
        N_("Two of your files define “{name}”."),
        N_("Keep one of them."),
    ),
    "two-mains": Words(
        N_("Two functions “main”"),
        N_("A program begins in “main”, so there can be only one."),
        N_("Keep one “main”, and give the other another name."),
    ),
    "conflicting-types": Words(
        N_("“{name}” has two declarations"),
        N_("This line and another one do not give “{name}” the same types."),
        N_("Compare the two lines, and make the types equal."),
    ),
    "no-return-value": Words(
        N_("“{name}” gives nothing back"),
        N_("“{name}” promises a value, but can end without “return”."),
        N_("Look at each way out of the function: each needs “return” and a value."),
    ),
    "return-in-void": Words(
        N_("“{name}” must give nothing back"),
        N_("“{name}” is declared “void”: it promises no value."),
        N_("Change “void” to the type of the value, or write “return;” alone."),
    ),
    "void-used": Words(
        N_("A value where there is none"),
        N_("This function is declared “void”: it gives nothing back, so nothing can be used."),
        N_("Call it alone on its line, or let it give a value back."),
    ),
    "undefined-function": Words(
        N_("“{name}” is not written"),
        N_("“{name}” is declared and used, but its instructions are nowhere."),
        N_("Write “{name}”, or check whether its name is the same everywhere."),
    ),
    "undefined-function/guess": Words(
        N_("“{name}” is not written"),
        N_("“{name}” is declared and used, but its instructions are nowhere."),
        N_("Did you mean “{guess}”?"),
    ),
    "no-main": Words(
        N_("There is no “main”"),
        N_("A program begins in the function “main”, and none has this name."),
        N_("Write “int main(void)” and put your instructions between its braces."),
    ),
    "no-main/guess": Words(
        N_("There is no “main”"),
        N_("A program begins in the function “main”, but yours is called “{name}”."),
        N_("Did you mean “{guess}”?"),
    ),
    "main-type": Words(
        N_("“main” gives back an “int”"),
        N_("“main” is declared with another type than “int”."),
        N_("Begin it with “int main”."),
    ),
    "else-without-if": Words(
        N_("“else” without “if”"),
        N_("This “else” does not come right after an “if” and its instruction."),
        N_("Look at what stands between the “if” and this “else”."),
    ),
    "else-without-if/braces": Words(
        N_("“else” without “if”"),
        N_(
            "Without braces, only one instruction belongs to “if”. Line {line} comes after it, so “else” "
            "has lost its “if”."
        ),
        N_("Put the instructions of “if” between “{open}” and “{close}”."),
    ),
    "else-without-if/semicolon": Words(
        N_("“else” without “if”"),
        N_("The “;” on line {line} ends the “if”, so this “else” belongs to nothing."),
        N_("Take the “;” after the condition away."),
    ),
    "else-with-condition": Words(
        N_("“else” takes no condition"),
        N_("“else” is for all other cases. With a condition, one writes “else if”."),
        N_("Write “if” after “else”, or take the condition away."),
    ),
    "int-pointer": Words(
        N_("A number and an address are mixed"),
        N_("The type “{wanted}” is wanted here, but the value has the type “{given}”."),
        N_("Look at both types: is “*”, “&” or an index missing?"),
    ),
    "int-pointer/address": Words(
        N_("A number in place of an address"),
        N_("The type “{wanted}” is wanted here, but the value has the type “{given}”."),
        N_("“&” gives the address of a variable."),
    ),
    "int-pointer/value": Words(
        N_("An address in place of a number"),
        N_("The type “{wanted}” is wanted here, but the value has the type “{given}”."),
        N_("Take “&” away to have the value."),
    ),
    "wrong-pointer": Words(
        N_("An address of another type"),
        N_("An address of type “{wanted}” is wanted, but this one has the type “{given}”."),
        N_("Give the pointer and what it points to the same type."),
    ),
    "wrong-type": Words(
        N_("A value of another type"),
        N_("The type “{wanted}” is wanted here, but the value has the type “{given}”."),
        N_("Look at how both were declared."),
    ),
    "star-on-number": Words(
        N_("“*” before a number"),
        N_("“*” follows an address, but this value has the type “{given}”."),
        N_("Take “*” away, or look at how the variable is declared."),
    ),
    "index-past-end": Words(
        N_("Index {index} is outside the array"),
        N_("“{name}” has {size} elements: its indexes go from 0 to {last}."),
        N_("Look at the index, or at the size of the array."),
    ),
    "index-past-end/before": Words(
        N_("Index {index} is outside the array"),
        N_("The first index of an array is 0."),
        N_("Look at how the index is computed."),
    ),
    "index-on-number": Words(
        N_("“{name}” is not an array"),
        N_("“[” and “]” choose an element of an array, but “{name}” was not declared as one."),
        N_("Look at the declaration of “{name}”."),
    ),
    "index-type": Words(
        N_("An index that is no whole number"),
        N_("An index says which element, so it is an integer."),
        N_("Look at the type of the index."),
    ),
    "too-many-values": Words(
        N_("More values than room"),
        N_("The braces hold more values than the array has elements."),
        N_("Count the values, and look at the size."),
    ),
    "text-too-long": Words(
        N_("The text is longer than its array"),
        N_("A text needs one character more than its letters, for its end."),
        N_("Make the array larger, or leave its size out."),
    ),
    "array-assigned": Words(
        N_("An array cannot be copied with “=”"),
        N_("“{name}” is an array. After its declaration, “=” can only fill one element."),
        N_("Fill it element by element; for a text, read about “strcpy”."),
    ),
    "not-assignable": Words(
        N_("What is left of “=” is no variable"),
        N_("“=” puts the value on its right into the variable on its left."),
        N_("Put a variable alone on the left side."),
    ),
    "const-assigned": Words(
        N_("“{name}” cannot change"),
        N_("“{name}” is declared “const”: it keeps its first value."),
        N_("Take “const” away if it must change."),
    ),
    "unknown-type": Words(
        N_("“{name}” is not a type"),
        N_("This line looks like a declaration, but C knows no type “{name}”."),
        N_("Look at how the type is written. The usual ones are “int”, “double” and “char”."),
    ),
    "unknown-type/guess": Words(
        N_("“{name}” is not a type"),
        N_("This line looks like a declaration, but C knows no type “{name}”."),
        N_("Did you mean “{guess}”?"),
    ),
    "unknown-type/string": Words(
        N_("“{name}” is not a type"),
        N_("C has no type for texts. A text is an array of characters."),
        N_("Declare an array of “char”."),
    ),
    "missing-struct": Words(
        N_("“struct” is missing"),
        N_("“{name}” is a structure. Its type is called “struct {name}”."),
        N_("Put “struct” before “{name}”."),
    ),
    "missing-type": Words(
        N_("“{name}” has no type"),
        N_("Each variable, each function and each of its parameters is declared with a type."),
        N_("Put a type, such as “int”, before “{name}”."),
    ),
    "wrong-type-declared": Words(
        N_("Two types for one name"),
        N_("“{name}” was declared with the type “{given}” on line {line}, and this line says “{wanted}”."),
        N_("Keep one declaration, with the type that you need."),
    ),
    "outside-function": Words(
        N_("An instruction outside a function"),
        N_("This line stands outside the braces of “main” and of any other function."),
        N_("Move it inside, or check whether a “{close}” before closes too early."),
    ),
    "function-in-function": Words(
        N_("A function inside a function"),
        N_("In C, functions stand one after the other, never one inside the other."),
        N_("Move this function out, or look for a “{close}” that is missing before."),
    ),
    "keyword-as-name": Words(
        N_("“{name}” belongs to C"),
        N_("“{name}” is a word of the language, so no variable can have this name."),
        N_("Choose another name."),
    ),
    "name-with-digit": Words(
        N_("A name begins with a digit"),
        N_("The name of a variable begins with a letter."),
        N_("Put the digit at the end of the name."),
    ),
    "type-in-call": Words(
        N_("A type in a call"),
        N_("Types are written when a function is declared. When it is called, only values are given."),
        N_("Take “{word}” away."),
    ),
    "missing-expression": Words(
        N_("Something is missing before “{word}”"),
        N_("A value, a name or a computation is expected before “{word}”."),
        N_("Look at what stands just before “{word}”."),
    ),
    "wrong-operator": Words(
        N_("“{given}” is no operator"),
        N_("C does not know “{given}”."),
        N_("Did you mean “{wanted}”?"),
    ),
    "missing-operator": Words(
        N_("An operator is missing"),
        N_("In C, no sign between two values means nothing: a product is written with “*”."),
        N_("Put the operator between them."),
    ),
    "chained-comparison": Words(
        N_("Two comparisons in one"),
        N_("C compares the first two values, then the answer (0 or 1) with the third."),
        N_("Write two comparisons, joined by “&&”."),
    ),
    "not-a-function": Words(
        N_("“{name}” is not a function"),
        N_("“{name}” is a variable, and parentheses after it call it as a function."),
        N_("For an array use “[” and “]”; for a product, “*”."),
    ),
    "break-outside": Words(
        N_("“{word}” outside a loop"),
        N_("“{word}” leaves or begins anew a loop, but there is none around this line."),
        N_("Look at the braces around it."),
    ),
    "case-outside": Words(
        N_("“{word}” outside “switch”"),
        N_("“{word}” is one of the cases of a “switch”, but there is none around this line."),
        N_("Look at the braces of “switch”."),
    ),
    "case-twice": Words(
        N_("The same case twice"),
        N_("The value “{name}” has a “case” already, on line {line}."),
        N_("Change one of the two values."),
    ),
    "case-variable": Words(
        N_("A variable after “case”"),
        N_("After “case” stands a fixed value, not a variable."),
        N_("Compare with a variable by “if” instead."),
    ),
    "do-without-while": Words(
        N_("“while” is missing after “do”"),
        N_("After the block of “do” comes “while” with its condition."),
        N_("Write the condition after the block."),
    ),
    "division-by-zero": Words(
        N_("A division by zero"),
        N_("The number after “/” or “{percent}” is 0."),
        N_("Look at the divisor."),
    ),
    "wrong-operands": Words(
        N_("These types do not go together"),
        N_("This operation has no meaning between “{given}” and “{wanted}”."),
        N_("Look at the types of both sides."),
    ),
    "string-plus-number": Words(
        N_("“+” does not join to a text"),
        N_("With a text, “+” moves its beginning. Nothing is added at its end."),
        N_("Print the text, then the value, with one format."),
    ),
    "no-member": Words(
        N_("“{type}” has no “{name}”"),
        N_("The structure has no field of this name."),
        N_("Look at the fields of “{type}”."),
    ),
    "no-member/guess": Words(
        N_("“{type}” has no “{name}”"),
        N_("The structure has no field of this name."),
        N_("Did you mean “{guess}”?"),
    ),
    "dot-or-arrow": Words(
        N_("“{guess}” is wanted here"),
        N_("“.” is for a structure, “->” for the address of one."),
        N_("Write “{guess}”."),
    ),
    "no-struct": Words(
        N_("No structure here"),
        N_("“.” and “->” choose a field of a structure, but this value has the type “{given}”."),
        N_("Look at how the variable is declared."),
    ),
    "number-too-large": Words(
        N_("The number is too large"),
        N_("This number does not fit in its type, and becomes another one."),
        N_("Use a type that it fits in, such as “{guess}”."),
    ),
    "number-too-large/any": Words(
        N_("The number is too large"),
        N_("This number does not fit in any type of whole numbers."),
        N_("Write a smaller number, or one of type “double”, with a decimal point."),
    ),
    "leading-zero": Words(
        N_("A number that begins with 0"),
        N_("In C, a whole number that begins with 0 is in base 8, without the digits 8 and 9."),
        N_("Take the first 0 away."),
    ),
    "comma-in-number": Words(
        N_("A comma in a number"),
        N_("C writes decimals with a point."),
        N_("Write “.” in place of “,”."),
    ),
    "unknown-escape": Words(
        N_("“{name}” has no meaning"),
        N_("In a text, “\\” begins a special sign, such as “\\n”. “{name}” is none."),
        N_("Take “\\” away, or write “\\\\” to print one."),
    ),
    "array-size": Words(
        N_("Not the size of the array"),
        N_("A function is given the address of an array, so “sizeof” gives the size of an address."),
        N_("Give the number of elements as another parameter."),
    ),
    "local-address": Words(
        N_("An address that does not last"),
        N_("“{name}” ends with the function, so its address is of no use afterwards."),
        N_("Give the value back instead, or let the caller give an array."),
    ),
    "endless-recursion": Words(
        N_("“{name}” calls itself without end"),
        N_("Every path through “{name}” calls it again."),
        N_("Find the case in which it must stop."),
    ),
    "unsequenced": Words(
        N_("“{name}” changes twice at once"),
        N_("One expression changes “{name}” twice, and C does not say which comes first."),
        N_("Make two instructions of it."),
    ),
    "bit-operator": Words(
        N_("“{word}” comes after “==”"),
        N_("C does “==” before “{word}”, perhaps not what you mean."),
        N_("Put parentheses around “{word}”; to join two conditions, write “&&” or “||”."),
    ),
    "always-same": Words(
        N_("A condition that never changes"),
        N_("This condition has the same answer whatever the values are."),
        N_("Look at both sides: each needs a comparison of its own."),
    ),
    "array-without-size": Words(
        N_("The array has no size"),
        N_("C must know how many elements “{name}” has."),
        N_("Put a number between “[” and “]”."),
    ),
    "brackets-before-name": Words(
        N_("“[” stands after the name"),
        N_("In C, the brackets of an array come after its name, not after the type."),
        N_("Move the brackets behind the name."),
    ),
    "void-variable": Words(
        N_("“void” is not the type of a variable"),
        N_("“void” means “nothing”: “{name}” could hold no value."),
        N_("Choose a type that holds a value."),
    ),
    "unknown-struct": Words(
        N_("“{type}” is not described"),
        N_("You use “{type}”, but its fields are not given before this line."),
        N_("Describe it above, or look at its name."),
    ),
    "define-semicolon": Words(
        N_("A “;” in “#define”"),
        N_("“{name}” is replaced by all that follows it on line {line}, with its “;”."),
        N_("Take “;” away on line {line}."),
    ),
    "define-equals": Words(
        N_("A “=” in “#define”"),
        N_("“{name}” is replaced by all that follows it on line {line}, with its “=”."),
        N_("Take “=” away on line {line}."),
    ),
    "wrong-language": Words(
        N_("This looks like {language}"),
        N_("This exercise is in C, and this line is written in another language."),
        N_("Check whether you sent the right file."),
    ),
    "other": Words(
        N_("The compiler does not accept this"),
        N_("We have no explanation of our own for this. The compiler says, in English: “{said}”"),
        N_("Look at this line and at the one before."),
    ),
    "other/no-place": Words(
        N_("The compiler does not accept this"),
        N_("We have no explanation of our own for this. The compiler says, in English: “{said}”"),
        N_("Take away what you added last, and compile again."),
    ),
    "missing-parenthesis/function": Words(
        N_("Parentheses are missing"),
        N_("“{name}” is a function: parentheses follow its name, even when it takes no value."),
        N_("Write “(void)” after “{name}”."),
    ),
    "list-braces": Words(
        N_("A list of values stands between braces"),
        N_("The first values of an array stand between “{open}” and “{close}”."),
        N_("Write “{open}” and “{close}” around the values."),
    ),
    "string-for-char/text": Words(
        N_("A text in place of one character"),
        N_("A text is given where the type “{wanted}” is wanted, which holds one character."),
        N_("A text needs an array of “char”."),
    ),
    "call-without-parentheses/values": Words(
        N_("“{name}” needs parentheses"),
        N_("The values that a function is given stand between parentheses."),
        N_("Put “(” after “{name}”, and “)” before “;”."),
    ),
    "missing-colon": Words(
        N_("“:” is missing"),
        N_("The value of “case” is followed by “:”, and so is “default”."),
        N_("Put “:” at the end of this line."),
    ),
    "missing-semicolon/middle": Words(
        N_("Something is missing after “{word}”"),
        N_("C cannot read “{word}” and “{name}” one after the other."),
        N_("Check whether a “;”, a comma or an operator should stand between them."),
    ),
    "name-in-two-words": Words(
        N_("A name in two words"),
        N_("A name is one word of letters, digits and “_”, without space or “-”."),
        N_("Join the words by “_”."),
    ),
    "power-sign": Words(
        N_("“^” is not a power"),
        N_("In C, “^” works on bits. It does not raise a number to a power."),
        N_("Multiply, or read about “pow”, from “math.h”."),
    ),
    "missing-comma/parameters": Words(
        N_("Parameters are separated by commas"),
        N_("Between the parentheses of a function, “;” has no place."),
        N_("Write “,” in place of “;”."),
    ),
    "comment-sign": Words(
        N_("A comment begins with “//”"),
        N_("What follows looks like a comment, but C reads it as an instruction."),
        N_("Write “//” before the comment."),
    ),
    "missing-star": Words(
        N_("“{type}” needs “*”"),
        N_("A “{type}” is only used through its address."),
        N_("Put “*” before “{name}”."),
    ),
    "comparison-for-assignment/declaration": Words(
        N_("“==” in a declaration"),
        N_("“==” compares and changes nothing. To give a value, C has “=”."),
        N_("Write “=” in place of “==”."),
    ),
    "missing-type/order": Words(
        N_("The type comes first"),
        N_("In C the type stands before the name, and here “{name}” comes before."),
        N_("Put the type before “{name}”."),
    ),
    "type-twice": Words(
        N_("The type is written twice"),
        N_("One type is enough for all the names of a declaration."),
        N_("Take the second “{word}” away, or write “;” in place of the comma."),
    ),
    "variable-size": Words(
        N_("A size that is not fixed"),
        N_("The size of this array is a variable, so C cannot give it first values here."),
        N_("Give a fixed size, or fill the array in a loop."),
    ),
}
