// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";

/// @param effectiveFrom first issue date it governs
/// @param maxTermMonths longest term of a payable, in calendar months from its issue date
/// @param maxTier deepest tier a note may reach; the first supplier is tier 1
/// @param maxChildren how many notes may be cut from one note
/// @param offerWindowDays how long an offer stays open, in days of 24 hours
/// @param minNote smallest note, in minor units
/// @param recourseAllowed whether notes may be sold with recourse
/// @param maxDebtorShare most of a financier's risk assets that may lie with one debtor, in basis points (5000 is 50 %)
/// @param maxAffiliateShare most of a financier's risk assets that may lie with its own affiliates, in basis points
/// @param defaultDays days after the due date from which an unpaid payable is in default
/// @param recourseMonths months from the due date within which a holder must claim on an endorser (bills law, art. 17: 6)
/// @param reRecourseMonths months from having paid within which an endorser must claim on the one before it (bills law, art. 17: 3)
/// @param limitationMonths months from the due date within which the obligor can be sued (Civil Code, art. 188: 36)
struct RuleSet {
    Day effectiveFrom;
    uint8 maxTermMonths;
    uint8 maxTier;
    uint16 maxChildren;
    uint8 offerWindowDays;
    uint32 minNote;
    bool recourseAllowed;
    uint16 maxDebtorShare;
    uint16 maxAffiliateShare;
    uint16 defaultDays;
    uint8 recourseMonths;
    uint8 reRecourseMonths;
    uint8 limitationMonths;
}

enum DayKind {
    ByWeekday,
    Holiday,
    WorkingDay
}

/// @title Rule sets with effective dates, and the ledger's calendar
/// @notice Rules are data: the operator publishes a set before the day it takes effect, and a payable keeps the set of its
/// issue date for life. Nothing published is ever changed.
interface IRuleBook {
    //------------------------------------------------------------------ events

    event RuleSetPublished(uint16 indexed ruleSet, RuleSet rules);
    event CalendarDaySet(Day indexed day, DayKind kind);

    //------------------------------------------------------------------ refusals

    /// @notice A rule set takes effect after today ({today}) and not before the last one ({earliest}); this one would
    /// take effect on {effectiveFrom}.
    error RuleSetNotAhead(Day effectiveFrom, Day today, Day earliest);
    /// @notice The rule set's {field} must be at least 1.
    error RuleSetIncomplete(string field);
    /// @notice The rule set's {field} is {share} basis points, more than the whole.
    error ShareAboveWhole(string field, uint16 share);
    /// @notice No rule set is in effect on {day}.
    error NoRuleSet(Day day);
    /// @notice The calendar of {day} is closed: only days after today ({today}) can be set.
    error CalendarClosed(Day day, Day today);
    /// @notice There is no business day within 30 days of {day}.
    error NoBusinessDay(Day day);

    //------------------------------------------------------------------ functions

    /// @notice Publishes a rule set. Only the operator.
    /// @return ruleSet its number
    function publish(RuleSet calldata rules) external returns (uint16 ruleSet);

    /// @notice Declares holidays and working weekend days to come. Only the operator.
    function setCalendarDays(Day[] calldata dates, DayKind kind) external;

    /// @notice The rule set in effect on `day`: the latest effective date on or before it; the later published of equals.
    function ruleSetOn(Day day) external view returns (uint16 ruleSet, RuleSet memory rules);

    function ruleSet(uint16 number) external view returns (RuleSet memory);

    function ruleSetCount() external view returns (uint16);

    /// @notice The ledger's time zone, seconds east of Greenwich.
    function utcOffset() external view returns (int256);

    /// @notice Today in the ledger's time zone.
    function today() external view returns (Day);

    function isBusinessDay(Day day) external view returns (bool);

    /// @notice `day`, or the next business day after it (following convention).
    function roll(Day day) external view returns (Day);
}
