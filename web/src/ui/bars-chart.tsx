import { Bar, BarChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'

type Props = {
  label: string
  unit: string
  /** Of things, of which there is no half. */
  isCount?: boolean
  bars: { name: string; value: number }[]
}

/** Bars side by side; the figures are there for screen readers, too. */
export function BarsChart({ label, unit, isCount = false, bars }: Props) {
  return (
    <figure className="size-full" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={bars} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis
            dataKey="name"
            tickLine={false}
            axisLine={false}
            interval="preserveStartEnd"
            minTickGap={16}
            tick={{ fill: 'var(--muted)', fontSize: 11 }}
          />
          <YAxis
            tickLine={false}
            axisLine={false}
            width={60}
            allowDecimals={!isCount}
            tickFormatter={(value: number) => String(Number(value.toPrecision(2)))}
            tick={{ fill: 'var(--muted)', fontSize: 11 }}
          />
          <Tooltip
            cursor={{ fill: 'var(--raised)' }}
            formatter={(value) => [`${String(value)} ${unit}`, '']}
            separator=""
            contentStyle={{
              background: 'var(--surface)',
              border: '1px solid var(--line)',
              borderRadius: 8,
              color: 'var(--ink)',
            }}
          />
          <Bar dataKey="value" fill="var(--accent)" radius={[3, 3, 0, 0]} isAnimationActive={false} maxBarSize={32} />
        </BarChart>
      </ResponsiveContainer>
      <table className="sr-only">
        <caption>{label}</caption>
        <tbody>
          {bars
            .filter(({ value }) => value > 0)
            .map(({ name, value }) => (
              <tr key={name}>
                <th>{name}</th>
                <td>
                  {value} {unit}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  )
}
