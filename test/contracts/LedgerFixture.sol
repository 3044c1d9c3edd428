// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessGrants} from "../../contracts/audit/AccessGrants.sol";
import {Calendar, Day} from "../../contracts/common/Calendar.sol";
import {InstructionForwarder} from "../../contracts/common/InstructionForwarder.sol";
import {DocumentUse, IDocumentRegistry} from "../../contracts/documents/IDocumentRegistry.sol";
import {IConcentration} from "../../contracts/exposure/IConcentration.sol";
import {IDiscounting} from "../../contracts/discounting/IDiscounting.sol";
import {ICoverBook} from "../../contracts/covers/ICoverBook.sol";
import {ILossAccounts} from "../../contracts/covers/ILossAccounts.sol";
import {IRecourse} from "../../contracts/recourse/IRecourse.sol";
import {ILoanOffers} from "../../contracts/loans/ILoanOffers.sol";
import {ILoanCollateral} from "../../contracts/loans/ILoanCollateral.sol";
import {IPledgedLoans} from "../../contracts/loans/IPledgedLoans.sol";
import {ISaleRounds} from "../../contracts/rounds/ISaleRounds.sol";
import {IOfferBook} from "../../contracts/offers/IOfferBook.sol";
import {Admission, IPartyRegistry} from "../../contracts/parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../../contracts/parties/PartyId.sol";
import {Roles} from "../../contracts/parties/Roles.sol";
import {DebtPaths} from "../../contracts/receivables/DebtPaths.sol";
import {NoteId, PayableId, noteId} from "../../contracts/receivables/Ids.sol";
import {IIssuance, IssueOrder} from "../../contracts/receivables/IIssuance.sol";
import {IReceivableLedger, Share} from "../../contracts/receivables/IReceivableLedger.sol";
import {Note} from "../../contracts/receivables/Note.sol";
import {IRuleBook, RuleSet} from "../../contracts/rules/IRuleBook.sol";
import {ICashBook} from "../../contracts/settlement/ICashBook.sol";
import {Cut, ISettlement, PaymentOrder} from "../../contracts/settlement/ISettlement.sol";
import {SettlementCash} from "../../contracts/settlement/SettlementCash.sol";
import {Test} from "./common/Test.sol";

/// @title A ledger in use: everything deployed, a party of every role, 31 August 2026, nine in the morning in Beijing
abstract contract LedgerFixture is Test {
    bytes3 internal constant CNY = "CNY";
    bytes3 internal constant USD = "USD";
    int256 internal constant UTC_OFFSET = 8 hours;
    uint128 internal constant LIMIT = 1_000_000_00;

    InstructionForwarder internal forwarder;
    IPartyRegistry internal parties;
    IRuleBook internal rules;
    address internal metadata;
    IDocumentRegistry internal documents;
    IReceivableLedger internal ledger;
    IIssuance internal issuance;
    ICashBook internal cashBook;
    ISettlement internal settlement;
    AccessGrants internal grants;
    DebtPaths internal paths;
    IConcentration internal concentration;
    IOfferBook internal offerBook;
    IDiscounting internal discounting;
    ISaleRounds internal rounds;
    ICoverBook internal covers;
    ILossAccounts internal losses;
    IRecourse internal recourse;
    address internal claims;
    IPledgedLoans internal loans;
    ILoanCollateral internal collateral;
    ILoanOffers internal loanOffers;
    SettlementCash internal cash;

    PartyId internal operator = PartyId.wrap(1);
    PartyId internal regulator = PartyId.wrap(2);
    PartyId internal bank;
    PartyId internal obligor;
    PartyId internal otherObligor;
    PartyId internal supplier1;
    PartyId internal supplier2;
    PartyId internal supplier3;
    PartyId internal supplier4;
    PartyId internal financier;
    PartyId internal otherFinancier;
    PartyId internal auditor;
    PartyId internal warehouse;
    PartyId internal inspector;
    PartyId internal guarantor;
    PartyId internal insurer;

    Day internal issueDay = Calendar.fromCivil(2026, 8, 31);
    Day internal maturity = Calendar.fromCivil(2027, 2, 26); // a Friday
    Day internal always = Calendar.fromCivil(2099, 12, 31);

    mapping(PartyId => uint256 privateKey) internal secretOf;
    uint256 private _names;

    function setUp() public virtual {
        warpTo(issueDay);
        _deploy();
        _admitAll();
        vm.prank(keyOf(bank));
        cash = cashBook.open(CNY, 2);
        setLimit(obligor, CNY, LIMIT);
        setLimit(otherObligor, CNY, LIMIT);
    }

    //------------------------------------------------------------------ deployment

    /// @dev The rules of the day; tests that need others override this.
    function genesis() internal view virtual returns (RuleSet memory) {
        return
            RuleSet({
                effectiveFrom: issueDay,
                maxTermMonths: 6,
                maxTier: 4,
                maxChildren: 10,
                offerWindowDays: 3,
                minNote: 100,
                recourseAllowed: true,
                maxDebtorShare: 5_000,
                maxAffiliateShare: 4_000,
                defaultDays: 30,
                recourseMonths: 6,
                reRecourseMonths: 3,
                limitationMonths: 36
            });
    }

    /// @dev Where the contracts will be that others name before they are there.
    struct Addresses {
        address ledger;
        address issuance;
        address settlement;
        address offerBook;
        address discounting;
        address rounds;
        address loans;
        address collateral;
        address losses;
        address recourse;
        address claims;
        address loanOffers;
    }

    function _predict(uint64 nonce) private view returns (Addresses memory places) {
        places.ledger = _at(nonce + 5);
        places.issuance = _at(nonce + 6);
        places.settlement = _at(nonce + 9);
        places.offerBook = _at(nonce + 12);
        places.discounting = _at(nonce + 13);
        places.rounds = _at(nonce + 14);
        places.loans = _at(nonce + 15);
        places.collateral = _at(nonce + 16);
        places.losses = _at(nonce + 18);
        places.recourse = _at(nonce + 19);
        places.claims = _at(nonce + 20);
        places.loanOffers = _at(nonce + 21);
    }

    /// @dev In the order of the deployment plan: the contracts name one another for good.
    function _deploy() private {
        Addresses memory places = _predict(vm.getNonce(address(this)));
        secretOf[operator] = uint256(keccak256("operator"));
        secretOf[regulator] = uint256(keccak256("regulator"));

        forwarder = InstructionForwarder(_create("common/InstructionForwarder.sol", ""));
        parties = IPartyRegistry(
            _create(
                "parties/PartyRegistry.sol",
                abi.encode(
                    forwarder,
                    UTC_OFFSET,
                    Admission("USCC", "operator", "Operator", Roles.OPERATOR, always, keyOf(operator)),
                    Admission("USCC", "regulator", "Regulator", Roles.REGULATOR, always, keyOf(regulator))
                )
            )
        );
        rules = IRuleBook(_create("rules/RuleBook.sol", abi.encode(forwarder, parties, UTC_OFFSET, genesis())));
        metadata = _create("receivables/NoteMetadata.sol", "");
        documents = IDocumentRegistry(
            _create("documents/DocumentRegistry.sol", abi.encode(forwarder, parties, places.issuance, places.ledger))
        );
        ledger = IReceivableLedger(
            _create(
                "receivables/ReceivableLedger.sol",
                abi.encode(
                    forwarder,
                    parties,
                    rules,
                    documents,
                    places.issuance,
                    places.settlement,
                    _list(places.discounting, places.collateral, places.recourse),
                    metadata
                )
            )
        );
        issuance = IIssuance(
            _create("receivables/Issuance.sol", abi.encode(forwarder, parties, rules, documents, ledger))
        );
        paths = DebtPaths(_create("receivables/DebtPaths.sol", abi.encode(ledger)));
        cashBook = ICashBook(
            _create(
                "settlement/CashBook.sol",
                abi.encode(
                    forwarder,
                    parties,
                    _list(places.settlement, places.discounting, places.loans, places.losses, places.recourse)
                )
            )
        );
        settlement = ISettlement(
            _create("settlement/Settlement.sol", abi.encode(forwarder, parties, rules, ledger, cashBook, places.claims))
        );
        grants = AccessGrants(_create("audit/AccessGrants.sol", abi.encode(forwarder, parties, ledger)));
        concentration = IConcentration(
            _create(
                "exposure/Concentration.sol",
                abi.encode(
                    forwarder,
                    parties,
                    rules,
                    ledger,
                    _list(places.discounting, places.loans, places.recourse, places.claims)
                )
            )
        );
        _deployFinancing(places);
        vm.assertEq(address(ledger), places.ledger, "the ledger's address was predicted");
        vm.assertEq(address(settlement), places.settlement, "the settlement's address was predicted");
        vm.assertEq(address(loanOffers), places.loanOffers, "and so were all to the last one's");
    }

    function _deployFinancing(Addresses memory places) private {
        offerBook = IOfferBook(
            _create(
                "offers/OfferBook.sol",
                abi.encode(parties, rules, ledger, documents, concentration, places.discounting, places.loanOffers)
            )
        );
        discounting = IDiscounting(
            _create(
                "discounting/Discounting.sol",
                abi.encode(forwarder, parties, rules, ledger, offerBook, cashBook, concentration, places.rounds)
            )
        );
        rounds = ISaleRounds(
            _create(
                "rounds/SaleRounds.sol",
                abi.encode(forwarder, parties, rules, ledger, cashBook, concentration, offerBook, discounting)
            )
        );
        loans = IPledgedLoans(
            _create(
                "loans/PledgedLoans.sol",
                abi.encode(forwarder, parties, rules, cashBook, concentration, places.loanOffers, places.collateral)
            )
        );
        collateral = ILoanCollateral(
            _create(
                "loans/LoanCollateral.sol",
                abi.encode(forwarder, parties, rules, ledger, loans, places.claims, places.losses)
            )
        );
        covers = ICoverBook(_create("covers/CoverBook.sol", abi.encode(forwarder, parties, ledger, cashBook)));
        losses = ILossAccounts(
            _create(
                "covers/LossAccounts.sol",
                abi.encode(forwarder, parties, ledger, cashBook, places.recourse, covers, collateral, places.claims)
            )
        );
        recourse = IRecourse(
            _create(
                "recourse/Recourse.sol",
                abi.encode(forwarder, parties, rules, ledger, cashBook, discounting, concentration, places.claims)
            )
        );
        claims = _create(
            "priority/PriorClaims.sol",
            abi.encode(settlement, recourse, losses, collateral, concentration)
        );
        loanOffers = ILoanOffers(
            _create(
                "loans/LoanOffers.sol",
                abi.encode(forwarder, parties, rules, offerBook, cashBook, concentration, loans)
            )
        );
    }

    function _at(uint64 nonce) private view returns (address) {
        return vm.computeCreateAddress(address(this), nonce);
    }

    function _list(address a, address b, address c) private pure returns (address[] memory all) {
        all = new address[](3);
        (all[0], all[1], all[2]) = (a, b, c);
    }

    function _list(address a, address b, address c, address d) private pure returns (address[] memory all) {
        all = new address[](4);
        (all[0], all[1], all[2], all[3]) = (a, b, c, d);
    }

    function _list(address a, address b, address c, address d, address e) private pure returns (address[] memory all) {
        all = new address[](5);
        (all[0], all[1], all[2], all[3], all[4]) = (a, b, c, d, e);
    }

    /// @dev By its artifact, so that a test's own bytecode does not carry the ledger's.
    function _create(string memory source, bytes memory arguments) private returns (address created) {
        bytes memory code = bytes.concat(vm.getCode(string.concat("contracts/", source)), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        vm.assertTrue(created != address(0), string.concat("deployed: ", source));
    }

    function _admitAll() private {
        bank = admit("bank", Roles.SETTLEMENT_BANK);
        obligor = admit("obligor", Roles.OBLIGOR);
        otherObligor = admit("other obligor", Roles.OBLIGOR);
        supplier1 = admit("supplier of tier 1", Roles.SUPPLIER);
        supplier2 = admit("supplier of tier 2", Roles.SUPPLIER);
        supplier3 = admit("supplier of tier 3", Roles.SUPPLIER);
        supplier4 = admit("supplier of tier 4", Roles.SUPPLIER);
        financier = admit("financier", Roles.FINANCIER);
        otherFinancier = admit("other financier", Roles.FINANCIER);
        auditor = admit("auditor", Roles.AUDITOR);
        warehouse = admit("warehouse", Roles.WAREHOUSE_OPERATOR);
        inspector = admit("inspector", Roles.INSPECTOR);
        guarantor = admit("guarantor", Roles.GUARANTOR);
        insurer = admit("insurer", Roles.INSURER);
    }

    //------------------------------------------------------------------ parties

    function keyOf(PartyId party) internal view returns (address) {
        return vm.addr(secretOf[party]);
    }

    /// @dev A fresh key that belongs to nobody.
    function freshKey() internal returns (uint256 secret) {
        return uint256(keccak256(abi.encode("fresh key", ++_names)));
    }

    function unique() internal returns (bytes32) {
        return keccak256(abi.encode("unique", ++_names));
    }

    function admission(string memory name, uint16 roles, address key) internal view returns (Admission memory) {
        return Admission("USCC", name, name, roles, always, key);
    }

    /// @dev Admits a party; where its roles need it, the regulator confirms them.
    function admit(string memory name, uint16 roles) internal returns (PartyId id) {
        uint256 secret = uint256(keccak256(bytes(name)));
        vm.prank(keyOf(operator));
        id = parties.admit(admission(name, roles, vm.addr(secret)));
        secretOf[id] = secret;
        if (roles & Roles.CONFIRMED == 0) return id;
        vm.prank(keyOf(regulator));
        parties.confirmRoles(id, roles);
    }

    function suspend(PartyId party) internal {
        vm.prank(keyOf(operator));
        parties.suspend(party, "test");
    }

    function expireAdmission(PartyId party, Day validUntil) internal {
        vm.prank(keyOf(operator));
        parties.changeValidity(party, validUntil);
    }

    /// @dev `successor` steps into `predecessor`'s place, both consenting.
    function succeed(PartyId predecessor, PartyId successor) internal {
        vm.prank(keyOf(operator));
        parties.proposeSuccession(predecessor, successor, "merger");
        vm.prank(keyOf(successor));
        parties.consentToSuccession(predecessor, successor);
        vm.prank(keyOf(predecessor));
        parties.consentToSuccession(predecessor, successor);
    }

    function acceptFromAnyone(PartyId recipient) internal {
        vm.prank(keyOf(recipient));
        parties.setStandingAcceptance(NOBODY, true);
    }

    //------------------------------------------------------------------ time

    /// @dev Nine in the morning of `day`, in the ledger's time zone.
    function warpTo(Day day) internal {
        vm.warp(uint256(int256(uint256(Day.unwrap(day)) * 1 days) - UTC_OFFSET) + 9 hours);
    }

    function plus(Day day, uint24 count) internal pure returns (Day) {
        return Day.wrap(Day.unwrap(day) + count);
    }

    function minus(Day day, uint24 count) internal pure returns (Day) {
        return Day.wrap(Day.unwrap(day) - count);
    }

    //------------------------------------------------------------------ payables and notes

    function setLimit(PartyId party, bytes3 currency, uint128 limit) internal {
        vm.prank(keyOf(operator));
        issuance.setLimit(party, currency, limit);
    }

    function register(PartyId debtor, uint64 amount) internal returns (bytes32 fingerprint) {
        fingerprint = unique();
        vm.prank(keyOf(supplier1));
        documents.register(fingerprint, debtor, CNY, amount);
    }

    function order(PartyId supplier, uint64 face, bytes32 fingerprint) internal view returns (IssueOrder memory) {
        return IssueOrder(supplier, CNY, face, maturity, uses(fingerprint, face), "order");
    }

    function uses(bytes32 fingerprint, uint64 amount) internal pure returns (DocumentUse[] memory all) {
        all = new DocumentUse[](1);
        all[0] = DocumentUse(fingerprint, amount);
    }

    function issue(PartyId from, PartyId supplier, uint64 face) internal returns (PayableId) {
        IssueOrder memory o = order(supplier, face, register(from, face));
        vm.prank(keyOf(from));
        return issuance.issue(o);
    }

    function accept(PartyId recipient, NoteId note) internal {
        vm.prank(keyOf(recipient));
        ledger.accept(note);
    }

    /// @dev An accepted payable of `obligor` to `supplier1`; its first note.
    function held(uint64 face) internal returns (NoteId first) {
        first = noteId(issue(obligor, supplier1, face), 1);
        accept(supplier1, first);
    }

    function share(PartyId to, uint64 amount) internal pure returns (Share[] memory shares) {
        shares = new Share[](1);
        shares[0] = Share(to, amount);
    }

    /// @dev Offers `amount` of a note; the offered note.
    function offer(PartyId from, NoteId note, PartyId to, uint64 amount) internal returns (NoteId) {
        vm.prank(keyOf(from));
        ledger.transfer(note, "transfer", share(to, amount));
        return newest(note.payableOf());
    }

    /// @dev Transfers `amount` of a note, accepted in person.
    function give(PartyId from, NoteId note, PartyId to, uint64 amount) internal returns (NoteId child) {
        child = offer(from, note, to, amount);
        accept(to, child);
    }

    function newest(PayableId payableId) internal view returns (NoteId) {
        return noteId(payableId, ledger.terms(payableId).noteCount);
    }

    function unitsOf(NoteId note) internal view returns (uint64) {
        Note memory n = ledger.note(note);
        return n.end - n.start;
    }

    function freeze(NoteId note, uint64 units) internal {
        vm.prank(keyOf(regulator));
        ledger.freeze(note, units, uint40(block.timestamp + 30 days), "court order");
    }

    function outstanding(PartyId party) internal view returns (uint128 units) {
        (, units) = issuance.exposure(party, CNY);
    }

    //------------------------------------------------------------------ settlement

    function mint(PartyId to, uint256 amount) internal {
        vm.prank(keyOf(bank));
        cashBook.mint(CNY, to, amount, "deposit");
    }

    function balanceOf(PartyId party) internal view returns (uint256) {
        return cash.balanceOf(party.account());
    }

    function paymentOf(PayableId payableId, uint64 amount) internal pure returns (PaymentOrder memory) {
        return PaymentOrder(payableId, CNY, amount, "payment", Cut(0, 0));
    }

    function list(NoteId note) internal pure returns (NoteId[] memory notes) {
        notes = new NoteId[](1);
        notes[0] = note;
    }

    function list(NoteId a, NoteId b) internal pure returns (NoteId[] memory notes) {
        notes = new NoteId[](2);
        (notes[0], notes[1]) = (a, b);
    }

    function list(NoteId a, NoteId b, NoteId c) internal pure returns (NoteId[] memory notes) {
        notes = new NoteId[](3);
        (notes[0], notes[1], notes[2]) = (a, b, c);
    }

    //------------------------------------------------------------------ refusals

    function assertRefused(
        PartyId sender,
        address target,
        bytes memory data,
        bytes memory reason,
        string memory message
    ) internal {
        assertRefused(keyOf(sender), target, data, reason, message);
    }
}
