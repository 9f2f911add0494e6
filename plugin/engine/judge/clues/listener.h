// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the listening port, as other connections show it.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/header.h"

namespace rstcause::clues {

/// Another connection to this port was accepted after this one's SYN-ACK.
inline constexpr Clue listener_is_alive{
    "listener-is-alive",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->accepted == 0) return Answer::unknown();
      const Frame own = s.x().syn != 0 ? s.x().syn : s.flow.first_frame();
      if (service->accepted <= own) return Answer::unknown();
      return Answer::yes(service->accepted);
    },
    "The port still accepts: SYN-ACK to another connection.", Matter::any, News::port_took};

/// A listener that was closed takes no more; what it took before the reset says nothing of that.
inline constexpr Clue listener_outlived_it{
    "listener-outlived-it",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->accepted == 0) return Answer::unknown();
      return service->accepted > s.rst.frame ? Answer::yes(service->accepted) : Answer::unknown();
    },
    "The port accepted another connection after that.", Matter::any, News::port_outlived};

/// A listener that refuses last ACKs and takes SYNs all the same: tcp_abort_on_overflow.
inline constexpr Clue port_refuses_acks_and_lives{
    "port-refuses-acks-and-lives",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->outlived == 0) return Answer::unknown();
      return Answer::when(service->outlived_rst != s.rst.frame, service->outlived);
    },
    "The port had refused another client's last ACK just so, and took this SYN afterwards.",
    Matter::any, News::port_lived};

/// Closing the listener would have aborted what waits in its queue (inet_csk_listen_stop()).
inline constexpr Clue port_takes_other_acks{
    "port-takes-other-acks",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || !s.has_trigger()) return Answer::unknown();
      const Frame taken =
          service->completed_flow == s.flow.id() ? service->completed_before : service->completed;
      // One that came since may still be refused as well.
      const bool later = taken > s.x().syn && taken < s.trigger.frame && service->aborted < taken;
      return later ? Answer::yes(taken) : Answer::unknown();
    },
    "The port took another client's last ACK here, and did not abort that connection."};

inline constexpr Clue listener_refuses{
    "listener-refuses",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->refused == 0) return Answer::unknown();
      const Frame own = s.x().syn != 0 ? s.x().syn : s.flow.first_frame();
      return service->refused > own ? Answer::yes(service->refused) : Answer::unknown();
    },
    "The port refuses another SYN here: nothing listens any more.", Matter::any,
    News::port_refused};

/// The port accepts connections in this capture, before or after this one.
inline constexpr Clue service_accepts_others{"service-accepts-others",
                                             [](const Scene& s) {
                                               const Service* service = s.service();
                                               if (service == nullptr || service->accepted == 0)
                                                 return Answer::unknown();
                                               return Answer::when(service->accepted != s.x().syn,
                                                                   service->accepted);
                                             },
                                             "The same port accepted another connection here."};

/// A port whose listener comes and goes, or that refuses some SYNs and takes others: Windows
/// refuses what its backlog has no room for (https://learn.microsoft.com, "listen function").
inline constexpr Clue port_accepts_before_and_since{
    "port-accepts-before-and-since",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || s.trigger_kind != TriggerKind::syn) return Answer::unknown();
      const bool before = service->first_accepted != 0 && service->first_accepted < s.trigger.frame;
      return before && service->accepted > s.rst.frame ? Answer::yes(service->accepted)
                                                       : Answer::unknown();
    },
    "The port accepts connections here, as it had before the SYN that was refused."};

/// A program that stops listening closes what it serves, or lets it end; a rule that refuses some
/// clients, or more of one than it allows, leaves all of it alone. Where nothing has ended yet the
/// one is about as likely as the other. A single connection is no sign: some programs accept one
/// and listen no more.
inline constexpr Clue refused_amid_accepting{
    "refused-amid-accepting",
    [](const Scene& s) {
      const Service* service = s.service();
      const Host* host = s.x_host();
      if (service == nullptr || host == nullptr || s.trigger_kind != TriggerKind::syn)
        return Answer::unknown();
      const Nanos since = s.trigger.time - service->accepted_time;
      const bool several = service->first_accepted != 0 && service->served != 0 &&
                           service->first_accepted < service->accepted;
      const bool just_now = service->accepted < s.trigger.frame && since <= kSecond;
      const Frame first = service->first_accepted;
      const bool closed = host->closed > first && host->closed_port == s.x_port();
      const bool ended = closed || service->aborted > first || host->lost > first;
      return Answer::when(several && just_now && !ended, service->accepted, since);
    },
    "The port had accepted another connection {a:time} before, one of several, and had ended none "
    "of them."};

/// The same, by all that the TTL tells from the host that accepts.
inline constexpr Clue refused_where_it_accepts{
    "refused-where-it-accepts",
    [](const Scene& s) {
      return ttl_differs.ask(s).is_no() ? refused_amid_accepting.ask(s) : Answer::no();
    },
    ""};

inline constexpr Clue service_serves_others{"service-serves-others",
                                            [](const Scene& s) {
                                              const Service* service = s.service();
                                              if (service == nullptr || service->served == 0)
                                                return Answer::unknown();
                                              return Answer::yes(service->served);
                                            },
                                            "The same port served another client here."};

/// Linux inet_csk_listen_stop() aborts all that wait in the accept queue in one go: within this.
inline constexpr Nanos kQueueAbort = 10 * kMillisecond;

inline constexpr Clue others_were_aborted_together{
    "others-were-aborted-together",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->aborted == 0) return Answer::unknown();
      const Nanos apart = s.rst.time - service->aborted_time;
      const bool together = are_within(kQueueAbort, apart);
      return Answer::when(together && service->aborted != s.rst.frame, service->aborted);
    },
    "Another connection that the port had never served was aborted in the same instant.",
    Matter::any, News::port_aborted};

/// A program that ends closes what it had accepted in some order, its listener among it; a client
/// that lost its connection and comes again at once finds the listener still there, but nobody who
/// accepts.
inline constexpr Clue came_while_service_ended{
    "came-while-service-ended",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->closed == 0 || host->closed_port != s.x_port())
        return Answer::unknown();
      const Frame came = s.y().syn != 0 ? s.y().syn : s.x().syn;
      const bool ended = host->closed < came && listener_refuses.ask(s).is_yes();
      return ended && are_within(kQueueAbort, s.rst.time - host->closed_time)
                 ? Answer::yes(host->closed)
                 : Answer::unknown();
    },
    "The service had just begun to end: it closed another connection here before this one came."};

/// An accept queue is first in, first out: who came before one that was accepted was, too. Several
/// of that kind that die unserved in one instant show a queue of their own (SO_REUSEPORT).
inline constexpr Clue was_accepted_in_its_turn{
    "was-accepted-in-its-turn",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->taken == 0 || s.x().syn == 0) return Answer::unknown();
      const bool queue_of_its_own =
          others_were_aborted_together.ask(s).is_yes() && service->aborted_came < service->taken;
      if (queue_of_its_own) return Answer::unknown();
      return service->taken > s.x().syn ? Answer::yes(service->taken) : Answer::unknown();
    },
    "A later connection of the port had been accepted, so this one had."};

}  // namespace rstcause::clues
