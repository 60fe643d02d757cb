// Draws the tables of the dashboard that a figure asks for: <figure data-chart="bars" data-table="its id" hidden>.
// The numbers are those of the table, in the cells whose heading names a series: "bar" or "line". Without this script
// the figures stay hidden, and the tables say all there is to say.
(() => {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(name).trim();
  const charts = new Map();

  // What a table holds: its rows by name, and a series for each heading that names one.
  const read = (table) => {
    const headings = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    const number = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));
    return {
      names: rows.map((row) => row.cells[0].textContent.trim()),
      series: headings
        .map((heading, place) => ({ heading, place }))
        .filter(({ heading }) => heading.dataset.series)
        .map(({ heading, place }) => ({
          name: heading.textContent.trim(),
          kind: heading.dataset.series,
          unit: heading.dataset.unit || "",
          numbers: rows.map((row) => number(row.cells[place])),
          texts: rows.map((row) => row.cells[place].textContent.trim()),
        })),
    };
  };

  const options = (kind, { names, series }) => {
    const ink = colour("--ink");
    const lines = { axisLine: { lineStyle: { color: ink } }, splitLine: { lineStyle: { color: colour("--line") } } };
    const label = { color: ink, fontSize: 13, hideOverlap: true };
    const category = { type: "category", data: names, inverse: kind === "bars", axisLabel: { ...label, interval: names.length > 12 && kind !== "bars" ? "auto" : 0 }, ...lines };
    // A line has an axis of its own, on the other side.
    const axes = [...new Set(series.map((one) => one.kind))].map((_, place) => ({
      type: "value", axisLabel: { ...label, formatter: `{value}${series[0].unit}` }, max: series[0].unit ? 100 : null, interval: series[0].unit ? 20 : null, minInterval: 1, splitNumber: 3, ...lines,
      splitLine: place ? { show: false } : lines.splitLine,
    }));
    const bars = kind === "bars";
    // Columns bear no numbers, so that what they count must be named.
    const named = series.length > 1 || !bars;
    return {
      animation: false,
      // Patterns tell series apart without colour; the figure has a name of its own.
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      color: [colour("--chart-1"), colour("--chart-2")],
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 56, top: named ? 40 : 8, bottom: 8, containLabel: true },
      legend: { show: named, textStyle: label, left: 0 },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: bars ? axes : category,
      yAxis: bars ? category : axes,
      series: series.map((one) => ({
        name: one.name,
        type: one.kind,
        data: one.numbers,
        yAxisIndex: bars || one.kind === "bar" ? 0 : axes.length - 1,
        barMaxWidth: bars && series.length > 1 ? 13 : 26,
        barGap: "10%",
        label: { show: bars, position: "right", color: ink, fontSize: 12, formatter: ({ dataIndex }) => one.texts[dataIndex] },
        lineStyle: { type: "dashed", width: 2 },
        symbol: "circle",
        symbolSize: 7,
      })),
    };
  };

  const draw = (figure) => {
    const content = read(document.getElementById(figure.dataset.table));
    const bars = figure.dataset.chart === "bars";
    if (!content.names.length || !content.series.length) return;
    figure.hidden = false;
    figure.style.height = bars ? `${content.names.length * (content.series.length > 1 ? 34 : 42) + 70}px` : "22rem";
    if (charts.has(figure)) charts.get(figure).dispose();
    const chart = window.echarts.init(figure, null, { renderer: "svg" });
    chart.setOption(options(figure.dataset.chart, content));
    charts.set(figure, chart);
  };

  if (!window.echarts) return;
  const figures = document.querySelectorAll("figure[data-chart]");
  const drawAll = () => figures.forEach(draw);
  drawAll();
  // The colours are those of the page, on the screen in light and dark and on paper.
  for (const media of ["(prefers-color-scheme: dark)", "print"]) {
    window.matchMedia(media).addEventListener("change", drawAll);
  }
  const fit = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    if (charts.has(target)) charts.get(target).resize();
  }));
  figures.forEach((figure) => fit.observe(figure));
})();
