// SPDX-License-Identifier: Apache-2.0
const list = (codes: string): ReadonlySet<string> => new Set(codes.split(' '));

/** UNTDID 5189, the codes Peppol BIS Billing 3 allows for allowances. */
export const ALLOWANCE_CODES = list('41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105');

/** UNTDID 7161, the codes Peppol BIS Billing 3 allows for charges. */
export const CHARGE_CODES = list(
  'AA AAA AAC AAD AAE AAF AAH AAI AAS AAT AAV AAY AAZ ABA ABB ABC ABD ABF ABK ABL ABN ABR ABS ABT ABU ACF ACG ACH ACI ' +
    'ACJ ACK ACL ACM ACS ADC ADE ADJ ADK ADL ADM ADN ADO ADP ADQ ADR ADT ADW ADY ADZ AEA AEB AEC AED AEF AEH AEI AEJ AEK ' +
    'AEL AEM AEN AEO AEP AES AET AEU AEV AEW AEX AEY AEZ AJ AU CA CAB CAD CAE CAF CAI CAJ CAK CAL CAM CAN CAO CAP CAQ ' +
    'CAR CAS CAT CAU CAV CAW CAX CAY CAZ CD CG CS CT DAB DAC DAD DAF DAG DAH DAI DAJ DAK DAL DAM DAN DAO DAP DAQ DL EG ' +
    'EP ER FAA FAB FAC FC FH FI GAA HAA HD HH IAA IAB ID IF IR IS KO L1 LA LAA LAB LF MAE MI ML NAA OA PA PAA PC PL PRV ' +
    'RAB RAC RAD RAF RE RF RH RV SA SAA SAD SAE SAI SG SH SM SU TAB TAC TT TV V1 V2 WH XAA YY ZZZ',
);

/** Electronic address schemes (EAS). */
export const ADDRESS_SCHEMES = list(
  '0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 0191 ' +
    '0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 ' +
    '0221 0225 0230 0235 0240 9901 9906 9907 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 ' +
    '9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 ' +
    '9953 9957 9959 AN AQ AS AU EM',
);

export const INVOICE_TYPES = list(
  '71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875 876 877',
);
export const CREDIT_NOTE_TYPES = list('81 83 381 396 532');
export const PERIOD_CODES = list('3 35 432');
export const ATTACHMENT_TYPES = list(
  'application/pdf image/png image/jpeg text/csv application/vnd.oasis.opendocument.spreadsheet ' +
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
);

/** VATEX codes that belong to one VAT category only, with the rule that says so. */
export const EXEMPTION_CATEGORIES: readonly (readonly [rule: string, code: string, category: string])[] = [
  ['P0104', 'VATEX-EU-G', 'G'],
  ['P0105', 'VATEX-EU-O', 'O'],
  ['P0106', 'VATEX-EU-IC', 'K'],
  ['P0107', 'VATEX-EU-AE', 'AE'],
  ['P0108', 'VATEX-EU-D', 'E'],
  ['P0109', 'VATEX-EU-F', 'E'],
  ['P0110', 'VATEX-EU-I', 'E'],
  ['P0111', 'VATEX-EU-J', 'E'],
];
