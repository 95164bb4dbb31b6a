// A queue of pointers that does as a test tells it, for the way back of a ring. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <new>
#include <vector>

namespace tapedeck::test {

template <class T>
class ScriptedQueue {
 public:
  explicit ScriptedQueue(std::size_t capacity) : capacity_(capacity) { made().push_back(this); }
  ScriptedQueue(const ScriptedQueue&) = delete;
  ScriptedQueue& operator=(const ScriptedQueue&) = delete;
  ~ScriptedQueue() { std::erase(made(), this); }

  [[nodiscard]] bool try_push(T item) {
    if (refuses || items.size() == capacity_) return false;
    items.push_back(item);
    most = std::max(most, items.size());
    return true;
  }
  void push(T item) {
    if (throws) throw std::bad_alloc{};
    items.push_back(item);
  }
  [[nodiscard]] T try_pop() {
    if (items.size() <= hidden) return nullptr;
    T item = items.front();
    items.pop_front();
    return item;
  }

  /// All that there are now; a ring has one, its way back.
  static std::vector<ScriptedQueue*>& made() {
    static std::vector<ScriptedQueue*> all;
    return all;
  }

  std::deque<T> items;
  std::size_t hidden = 0;  // so many of the newest do not show yet
  std::size_t most = 0;
  bool refuses = false, throws = false;

 private:
  std::size_t capacity_;
};

}  // namespace tapedeck::test
