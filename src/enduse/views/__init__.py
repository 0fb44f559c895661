"""The questions people ask of a programme, each answered once as frozen structs: no words, no drawing."""
