# Of the events of a run: success when `responses` model calls and all tool calls they asked for are in the journal.
/"kind":"responded"/ { models++; asked += gsub(/"arguments":/, "") }
/"kind":"settled"/ { settled++ }
END { exit !(models >= responses && asked > 0 && settled == asked) }
