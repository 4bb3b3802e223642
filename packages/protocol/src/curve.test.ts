import { pureCurve } from './curve.ts'
import { curveCompliance } from './testing/curve-compliance.ts'

curveCompliance('pure', pureCurve)
