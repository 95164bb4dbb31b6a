// Lets parts of the program prepare for a stop of the process by SIGTSTP (Ctrl-Z), and recover from
// it.
#pragma once

#include <mutex>
#include <vector>

namespace tapedeck::tools {

class Suspension {
 public:
  /// A part that must know of stops. The calls come from the thread that stops the process.
  class Part {
   public:
    /// Called right before the process stops.
    virtual void before_stop() = 0;
    /// Called when the process goes on. Also called after a stop by SIGSTOP, which nothing can
    /// prepare for, without a call of before_stop().
    virtual void after_stop() = 0;

   protected:
    ~Part() = default;
  };
  /// Registers a part for as long as this object lives.
  class Registration {
   public:
    Registration(Suspension& suspension, Part& part);
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration();

   private:
    Suspension& suspension_;
    Part& part_;
  };

  /// Stops the process as SIGTSTP would, and returns when it goes on. The caller's thread must
  /// block SIGTSTP and SIGCONT. The kernel does not stop a process that no shell could continue.
  void stop_process();
  /// Must be called when SIGCONT arrives without a stop by stop_process().
  void went_on();

 private:
  std::mutex mutex_;  // guards parts_, and is held while the parts are called
  std::vector<Part*> parts_;
};

}  // namespace tapedeck::tools
