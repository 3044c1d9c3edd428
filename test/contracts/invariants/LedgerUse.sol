// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerRules} from "./LedgerRules.sol";
import {NoteActions} from "./NoteActions.sol";
import {PartyActions} from "./PartyActions.sol";
import {PaymentActions} from "./PaymentActions.sol";

/// @title The ledger in use by everybody, and its rules
contract LedgerUse is LedgerRules, NoteActions, PaymentActions, PartyActions {}
