// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {DayKind, RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @title Random acts of the operator, changes of keys, successions, time and cash
abstract contract PartyActions is LedgerModel {
    function warpRandom(uint256 seed) external {
        vm.warp(block.timestamp + bound(seed, 1 hours, 5 days));
        _count(true, "warp");
    }

    function suspendRandom(uint256 seed) external {
        if (suspensions >= 1) return;
        PartyId party = _pick(holders, seed);
        (bool done, ) = _as(operator, address(parties), abi.encodeCall(parties.suspend, (party, "")));
        if (_count(done, "suspend")) ++suspensions;
    }

    function readmitRandom(uint256 seed) external {
        for (uint256 i = 0; i < holders.length; ++i) {
            PartyId party = _pick(holders, (seed % holders.length) + i);
            if (!_isSuspended(party)) continue;
            (bool done, ) = _as(operator, address(parties), abi.encodeCall(parties.readmit, (party)));
            if (_count(done, "readmit")) --suspensions;
            return;
        }
    }

    function rotateKeyRandom(uint256 seed) external {
        PartyId party = parties.resolve(_pick(holders, seed));
        uint256 secret = freshKey();
        (bool done, ) = _as(party, address(parties), abi.encodeCall(parties.rotateKey, (vm.addr(secret))));
        if (_count(done, "rotate")) secretOf[party] = secret;
    }

    function recoverKeyRandom(uint256 seed) external {
        PartyId party = parties.resolve(_pick(holders, seed));
        uint256 secret = freshKey();
        address key = vm.addr(secret);
        (bool done, ) = _as(operator, address(parties), abi.encodeCall(parties.proposeKeyRecovery, (party, key, "")));
        if (!done) return;
        (done, ) = _as(regulator, address(parties), abi.encodeCall(parties.confirmKeyRecovery, (party, key)));
        if (_count(done, "recover")) secretOf[party] = secret;
    }

    /// @dev Seldom, and within one kind, so that there are parties left to act.
    function succeedRandom(uint256 seed) external {
        if (successions >= 3 || seed % 3 > 0) return;
        PartyId[2][3] memory pairs = [[supplier4, supplier3], [otherFinancier, financier], [otherObligor, obligor]];
        (PartyId from, PartyId to) = (pairs[successions][0], pairs[successions][1]);
        (bool done, ) = _as(operator, address(parties), abi.encodeCall(parties.proposeSuccession, (from, to, "")));
        if (!done) return;
        (done, ) = _as(to, address(parties), abi.encodeCall(parties.consentToSuccession, (from, to)));
        if (!done) return;
        bool wasSuspended = _isSuspended(from);
        (done, ) = _as(regulator, address(parties), abi.encodeCall(parties.consentToSuccession, (from, to)));
        if (!_count(done, "succeed")) return;
        ++successions;
        if (wasSuspended) --suspensions;
        _as(to, address(cashBook), abi.encodeCall(cashBook.inherit, (CNY, from)));
    }

    function operateRandom(uint256 seed) external {
        PartyId party = _pick(holders, seed >> 32);
        Day tomorrow = plus(rules.today(), 1);
        bytes memory data;
        address target = address(parties);
        uint256 what = seed % 6;
        if (what == 0) {
            uint128 limit = uint128(bound(seed >> 128, 5_000, 60_000));
            (target, data) = (
                address(issuance),
                abi.encodeCall(issuance.setLimit, (_pick(obligors, seed >> 64), CNY, limit))
            );
        } else if (what == 1) {
            (target, data) = (address(rules), abi.encodeCall(rules.publish, (_rulesFrom(tomorrow, seed))));
        } else if (what == 2) {
            Day[] memory dates = new Day[](1);
            dates[0] = plus(tomorrow, uint24(bound(seed >> 64, 0, 40)));
            data = abi.encodeCall(rules.setCalendarDays, (dates, DayKind((seed >> 128) % 3)));
            target = address(rules);
        } else if (what == 3) {
            data = abi.encodeCall(parties.changeValidity, (party, always));
        } else if (what == 4) {
            string memory name = vm.toString(seed);
            data = abi.encodeCall(parties.admit, (admission(name, Roles.SUPPLIER, vm.addr(freshKey()))));
        } else {
            data = abi.encodeCall(parties.proposeSuccession, (party, supplier1, ""));
        }
        (bool done, ) = _as(operator, target, data);
        _count(done, "operate");
    }

    function _rulesFrom(Day day, uint256 seed) private view returns (RuleSet memory r) {
        r = genesis();
        r.effectiveFrom = day;
        r.maxTier = uint8(bound(seed >> 64, 2, 6));
        r.minNote = uint32(bound(seed >> 72, 1, 20));
    }

    //------------------------------------------------------------------ cash

    function cashRandom(uint256 seed) external {
        PartyId from = parties.resolve(_pick(holders, seed >> 32));
        PartyId to = parties.resolve(_pick(holders, seed >> 64));
        uint256 amount = bound(seed >> 128, 0, 500);
        if (seed % 4 == 0) {
            _count(_mint(from, amount * 4), "mint");
        } else if (seed % 4 < 3) {
            bytes memory data = abi.encodeCall(cashBook.pay, (CNY, seed % 4 == 1 ? to : bank, amount, ""));
            (bool done, ) = _as(from, address(cashBook), data);
            _count(done, "cash");
        } else {
            if (amount > balanceOf(bank)) amount = balanceOf(bank);
            (bool done, ) = _as(bank, address(cashBook), abi.encodeCall(cashBook.redeem, (CNY, amount, "")));
            if (_count(done, "redeem")) redeemed += amount;
        }
    }
}
