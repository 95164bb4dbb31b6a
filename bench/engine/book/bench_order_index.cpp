// What a lookup of an order costs, beside the standard map and the best that Debian packages: by
// the slots of ids with the keyed hash behind them, as in a book set, and by the hash alone.
//
// Every way ends at the order that was looked up, as in a book: our index keeps the key there and
// must look, the maps keep it themselves and would be asked for the order next. Ids grow, and those
// that live are a random few of those that came. The maps hash an id to itself, which spreads such
// ids well and can be made to collide by whoever chooses them; ours is keyed. No lookup depends on
// the one before, so the processor has several under way at a time.
#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <tsl/robin_map.h>

#include "bench/support/program.hpp"
#include "engine/book/id_slots.hpp"
#include "engine/book/order_index.hpp"
#include "engine/core/prefetch.hpp"
#include "engine/core/random.hpp"

namespace tapedeck {
namespace {

using book::Handle;

// As large as a book's order, of which it stands for the part that counts here.
struct Resting {
  OrderId id{0};
  Quantity quantity{0};
  u64 others[2]{};
};
static_assert(sizeof(Resting) == 32);

class HashAlone {
 public:
  explicit HashAlone(const std::vector<Resting>& orders) : orders_(orders) {}
  void insert(OrderId id, Handle handle) { *index_.try_insert(hash_of(id), is(id)) = handle; }
  Handle find(OrderId id) const { return index_.find(hash_of(id), is(id)); }
  // Two steps of looking ahead: first the slot is asked for, later what the slot names.
  void fetch_slot(OrderId id) const { index_.prefetch(hash_of(id)); }
  void fetch_order(OrderId id) const { prefetch(&orders_[index_.guess(hash_of(id))]); }
  Handle erase(OrderId id) {
    const Handle handle = find(id);
    index_.erase(hash_of(id), handle);
    return handle;
  }

 private:
  [[nodiscard]] book::OrderIndex::Hash hash_of(OrderId id) const {
    return index_.hash_of(id, book::OrderIndex::salt_of(1));
  }
  struct Is {
    const std::vector<Resting>& orders;
    OrderId id;
    bool operator()(Handle handle) const { return orders[handle].id == id; }
  };
  [[nodiscard]] Is is(OrderId id) const { return {orders_, id}; }

  Arena arena_{book::kMostPoolBytes};
  book::OrderIndex index_{arena_};
  const std::vector<Resting>& orders_;
};

// As BookSet does it.
class SlotsThenHash {
 public:
  explicit SlotsThenHash(const std::vector<Resting>& orders) : orders_(orders), hash_(orders) {
    slots_.open(arena_);
  }
  void insert(OrderId id, Handle handle) {
    ++inserted_;
    ++live_;
    Slot& slot = slots_.of(id);
    if (IdSlots::handle_in(slot) == book::kNoHandle) {
      slot |= in_slot(handle);
      return;
    }
    hash_.insert(id, handle);
    IdSlots::count_elsewhere(slot);
    slots_.note_crowded(id);
    if (!slots_.is_crowded()) return;
    slots_.split(inserted_, live_, [this](Handle of) { return orders_[from_slot(of)].id; });
  }
  Handle find(OrderId id) const {
    const Slot slot = slots_.of(id);
    const Handle handle = from_slot(slot);
    if (orders_[handle].id == id) return handle;
    return IdSlots::elsewhere_of(slot) == 0 ? book::kNoHandle : hash_.find(id);
  }
  void fetch_slot(OrderId id) const { prefetch(&slots_.of(id)); }
  void fetch_order(OrderId id) const { prefetch(&orders_[from_slot(slots_.of(id))]); }
  Handle erase(OrderId id) {
    --live_;
    Slot& slot = slots_.of(id);
    const Handle handle = from_slot(slot);
    if (orders_[handle].id == id) {
      slot = IdSlots::elsewhere_of(slot);
      return handle;
    }
    IdSlots::uncount_elsewhere(slot);
    return hash_.erase(id);
  }

 private:
  using IdSlots = book::IdSlots;
  using Slot = IdSlots::Slot;
  static Handle in_slot(Handle handle) { return handle * IdSlots::kHandleStep; }
  static Handle from_slot(Slot slot) { return slot / IdSlots::kHandleStep; }

  const std::vector<Resting>& orders_;
  HashAlone hash_;
  Arena arena_{book::kMostPoolBytes};
  IdSlots slots_;
  u64 inserted_ = 0, live_ = 0;
};

template <class Map>
class ByMap {
 public:
  explicit ByMap(const std::vector<Resting>& /*orders*/) {}
  void insert(OrderId id, Handle handle) { map_.emplace(id.value, handle); }
  Handle find(OrderId id) const {
    const auto found = map_.find(id.value);
    return found == map_.end() ? book::kNoHandle : found->second;
  }
  Handle erase(OrderId id) {
    const auto found = map_.find(id.value);
    const Handle handle = found->second;
    map_.erase(found);
    return handle;
  }

 private:
  Map map_;
};
using UnorderedMap = ByMap<std::unordered_map<u64, Handle>>;
using RobinMap = ByMap<tsl::robin_map<u64, Handle>>;

// One order goes, another comes into its place.
struct Change {
  OrderId goes, comes;
};

// What is done, made before the clock runs.
struct Script {
  std::vector<OrderId> live;    // by handle, which is its place plus one
  std::vector<Change> changes;  // after all of which the same orders are live as before
};

void shuffle(std::vector<OrderId>& ids, Random& random) {
  for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
}

Script script_of(u64 live) {
  constexpr u64 kMostChanges = 500'000;
  Random random{live};
  Script script;
  u64 last_id = 0;
  for (u64 i = 0; i < live; ++i) script.live.push_back(OrderId{last_id += 1 + random.below(12)});
  // In the order in which a pool would hand them out on a busy day: none.
  shuffle(script.live, random);
  std::vector<OrderId> leaving = script.live;
  shuffle(leaving, random);
  leaving.resize(std::min(live, kMostChanges));
  for (const OrderId id : leaving) {
    script.changes.push_back({id, OrderId{last_id += 1 + random.below(12)}});
  }
  const std::vector<Change> there = script.changes;
  for (const Change& change : there) script.changes.push_back({change.comes, change.goes});
  return script;
}

const Script& script(u64 live) {
  static std::unordered_map<u64, Script> made;
  if (!made.contains(live)) made.emplace(live, script_of(live));
  return made.at(live);
}

template <class Index>
class Orders {
 public:
  explicit Orders(const Script& script) : orders_(script.live.size() + 1), index_(orders_) {
    for (std::size_t i = 0; i < script.live.size(); ++i) {
      put(script.live[i], static_cast<Handle>(i + 1));
    }
  }
  void change(const Change& change) { put(change.comes, index_.erase(change.goes)); }
  /// The order's quantity; 0 where there is none.
  [[nodiscard]] i64 look_up(OrderId id) const { return orders_[index_.find(id)].quantity.value; }
  [[nodiscard]] const Index& index() const { return index_; }

 private:
  void put(OrderId id, Handle handle) {
    orders_[handle].id = id;
    orders_[handle].quantity = Quantity{static_cast<i64>(handle)};
    index_.insert(id, handle);
  }
  std::vector<Resting> orders_;
  Index index_;
};

constexpr u64 kFew = 50'000, kMany = 1'500'000;

u64 size_of(const benchmark::State& state) {
  const auto live = static_cast<u64>(state.range(0));
  return bench::sized(live, live / 100);
}

template <class Index>
void insert_and_erase(benchmark::State& state) {
  const Script& flow = script(size_of(state));
  Orders<Index> orders{flow};
  std::size_t at = 0;
  for (auto _ : state) {
    orders.change(flow.changes[at]);
    if (++at == flow.changes.size()) at = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

std::vector<OrderId> in_another_order(std::vector<OrderId> ids) {
  Random random{1};
  shuffle(ids, random);
  return ids;
}

template <class Index>
void find_present(benchmark::State& state) {
  const Script& flow = script(size_of(state));
  const Orders<Index> orders{flow};
  const std::vector<OrderId> asked = in_another_order(flow.live);
  i64 sum = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    sum += orders.look_up(asked[at]);
    if (++at == asked.size()) at = 0;
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}

// As a book set does, which knows of an event some time before it applies it.
template <class Index>
void find_looking_ahead(benchmark::State& state) {
  constexpr std::size_t kGroup = 8;
  const Script& flow = script(size_of(state));
  const Orders<Index> orders{flow};
  std::vector<OrderId> asked = in_another_order(flow.live);
  const std::size_t count = asked.size();
  asked.insert(asked.end(), asked.begin(), asked.begin() + 2 * kGroup);
  i64 sum = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    orders.index().fetch_slot(asked[at + 2 * kGroup]);
    orders.index().fetch_order(asked[at + kGroup]);
    sum += orders.look_up(asked[at]);
    if (++at == count) at = 0;
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}

void at_both_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("live")->Arg(kFew)->Arg(kMany);
}
BENCHMARK(insert_and_erase<SlotsThenHash>)->Apply(at_both_sizes);
BENCHMARK(insert_and_erase<HashAlone>)->Apply(at_both_sizes);
BENCHMARK(insert_and_erase<RobinMap>)->Apply(at_both_sizes);
BENCHMARK(insert_and_erase<UnorderedMap>)->Apply(at_both_sizes);
BENCHMARK(find_present<SlotsThenHash>)->Apply(at_both_sizes);
BENCHMARK(find_present<HashAlone>)->Apply(at_both_sizes);
BENCHMARK(find_present<RobinMap>)->Apply(at_both_sizes);
BENCHMARK(find_present<UnorderedMap>)->Apply(at_both_sizes);
BENCHMARK(find_looking_ahead<SlotsThenHash>)->Apply(at_both_sizes);
BENCHMARK(find_looking_ahead<HashAlone>)->Apply(at_both_sizes);

// Half of the changes made: whom does the index find now, and whom not any more?
template <class Index>
u64 found_by(const Script& flow) {
  Orders<Index> orders{flow};
  const std::size_t half = flow.changes.size() / 2;
  for (std::size_t i = 0; i < half; ++i) orders.change(flow.changes[i]);
  u64 checksum = 0;
  const auto ask = [&](OrderId id) {
    checksum = checksum * 31 + static_cast<u64>(orders.look_up(id));
  };
  for (const OrderId id : flow.live) ask(id);
  for (std::size_t i = 0; i < half; ++i) ask(flow.changes[i].comes);
  for (std::size_t i = half; i < flow.changes.size(); ++i) orders.change(flow.changes[i]);
  for (std::size_t i = 0; i < flow.live.size(); ++i) {
    bench::require(orders.look_up(flow.live[i]) == static_cast<i64>(i + 1),
                   "an order is not where it was put");
  }
  return checksum;
}

u64 check_answer() {
  u64 checksum = 0;
  for (const u64 live : {kFew, kMany}) {
    const Script& flow = script(bench::sized(live, live / 100));
    const u64 own = found_by<SlotsThenHash>(flow);
    bench::require(own == found_by<HashAlone>(flow), "slots and the hash differ");
    bench::require(own == found_by<RobinMap>(flow), "slots and robin_map differ");
    bench::require(own == found_by<UnorderedMap>(flow), "slots and unordered_map differ");
    checksum ^= own;
  }
  return checksum;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_order_index", tapedeck::check_answer});
}
