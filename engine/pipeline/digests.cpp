#include "engine/pipeline/digests.hpp"

#include <utility>
#include <vector>

#include "engine/book/book_set.hpp"

namespace tapedeck::pipeline {

u64 digest_of(std::span<const book::BookSet* const> shards) {
  std::vector<book::NamedValue> values;
  for (const book::BookSet* const books : shards) {
    for (const book::Book& book : books->books()) {
      if (book.sides[0].empty() && book.sides[1].empty()) continue;
      values.push_back({book.channel, std::string{book.state.define.name()},
                        book::book_digest(books->snapshot(book))});
    }
  }
  return book::fold(std::move(values));
}

u64 digest_of(const Engine& engine) {
  std::vector<const book::BookSet*> shards;
  for (std::size_t i = 0; i < engine.shards(); ++i) shards.push_back(&engine.books(i));
  return digest_of(shards);
}

u64 flow_digest_of(const Engine& engine) {
  std::vector<book::NamedValue> values;
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    for (const book::Book& book : engine.books(shard).books()) {
      if (book.state.events == 0) continue;
      values.push_back({book.channel, std::string{book.state.define.name()}, book.state.flow});
    }
  }
  return book::fold(std::move(values));
}

}  // namespace tapedeck::pipeline
