// Never built: the lint step of tools/check must report that this includes the same thing twice.
#include <vector>  // once
#include <vector>  // and once more
