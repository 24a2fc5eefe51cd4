using System.Globalization;
using System.Text;
using SnnDsl.CommandLine.Pictures;

using static System.FormattableString;
using static SnnDsl.CommandLine.Html.Page;

namespace SnnDsl.CommandLine.Html;

/// <summary>Charts as SVG inside the page, in its colours.</summary>
internal static class Svg
{
    private const int Width = 640;
    private const int Height = 320;
    private const int Left = 52;
    private const int Bottom = 44;
    private const int Top = 12;

    /// <summary>Certified accuracy, and what attacks leave standing, against the size of the perturbation.</summary>
    /// <param name="curves">At most six are told apart.</param>
    /// <param name="axis">What the size is.</param>
    public static string Curves(IReadOnlyList<RobustnessCurve> curves, string axis)
    {
        double most = Math.Max(curves.Max(curve => curve.Points[^1].Size), 1e-12);
        double X(double size) => Left + ((Width - Left - 12) * size / most);
        double Y(double share) => Top + ((Height - Top - Bottom) * (1 - share));
        var svg = Begin(Width, Height, $"{curves[0].Word} accuracy against {axis}");
        for (int percent = 0; percent <= 100; percent += 20)
        {
            svg.Append(Invariant($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - 12}\" y1=\"{Y(percent / 100.0):0.#}\" y2=\"{Y(percent / 100.0):0.#}\"/>"))
                .Append(Invariant($"<text class=\"faint\" text-anchor=\"end\" x=\"{Left - 6}\" y=\"{Y(percent / 100.0) + 4:0.#}\">{percent} %</text>"));
        }

        foreach (double size in Ticks(most))
        {
            svg.Append(Invariant($"<text class=\"faint\" text-anchor=\"middle\" x=\"{X(size):0.#}\" y=\"{Height - Bottom + 18}\">{Number(size)}</text>"));
        }

        svg.Append(Invariant($"<text text-anchor=\"middle\" x=\"{(Left + Width) / 2}\" y=\"{Height - 6}\">{Text(axis)}</text>"));
        for (int i = 0; i < curves.Count; i++)
        {
            var points = curves[i].Points;
            string Path(Func<RobustnessPoint, double> of) => string.Join(' ', points.Select(point => Invariant($"{X(point.Size):0.#},{Y(of(point)):0.#}")));
            string back = string.Join(' ', points.Reverse().Select(point => Invariant($"{X(point.Size):0.#},{Y(point.Proved):0.#}")));
            svg.Append(Invariant($"<g class=\"c{i % 6}\"><polygon class=\"area\" points=\"{Path(point => point.Standing)} {back}\"/>"))
                .Append($"<polyline class=\"thin\" points=\"{Path(point => point.Standing)}\"/><polyline class=\"curve\" points=\"{Path(point => point.Proved)}\"/>");
            foreach (var point in points.Count > 30 ? [] : points)
            {
                svg.Append(Invariant($"<circle class=\"ring\" r=\"3\" cx=\"{X(point.Size):0.#}\" cy=\"{Y(point.Standing):0.#}\"/>"))
                    .Append(Invariant($"<circle class=\"dot\" r=\"3.5\" cx=\"{X(point.Size):0.#}\" cy=\"{Y(point.Proved):0.#}\"/>"));
            }

            svg.Append("</g>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>Lower bounds of the margins over all rivals, as bars from 0.</summary>
    /// <param name="rivals">The other classes, each with its bound and whether that proves it.</param>
    public static string Margins(IReadOnlyList<(long Rival, double Bound, bool IsProved)> rivals)
    {
        const int across = 300, line = 17, text = 62;
        double least = Math.Min(rivals.Min(rival => rival.Bound), 0), most = Math.Max(rivals.Max(rival => rival.Bound), 0), span = Math.Max(most - least, 1e-12);
        double X(double bound) => text + ((across - text - 58) * (bound - least) / span);
        int height = line * rivals.Count;
        var svg = Begin(across, height, "lower bounds of the margins");
        for (int i = 0; i < rivals.Count; i++)
        {
            var (rival, bound, isProved) = rivals[i];
            double from = Math.Min(X(0), X(bound)), to = Math.Max(X(0), X(bound));
            svg.Append(Invariant($"<text class=\"faint\" x=\"0\" y=\"{(line * i) + 12}\">class {rival}</text>"))
                .Append(Invariant($"<rect class=\"{(isProved ? "good" : "open")}\" x=\"{from:0.#}\" y=\"{(line * i) + 3}\" width=\"{Math.Max(to - from, 1):0.#}\" height=\"{line - 6}\"/>"))
                .Append(Invariant($"<text x=\"{to + 4:0.#}\" y=\"{(line * i) + 12}\">{Number(bound, "0.###")}</text>"));
        }

        return svg.Append(Invariant($"<line class=\"zero\" x1=\"{X(0):0.#}\" x2=\"{X(0):0.#}\" y1=\"0\" y2=\"{height}\"/></svg>")).ToString();
    }

    /// <summary>A membrane over time inside the band in which perturbed inputs can move it.</summary>
    /// <param name="membrane">What it is for the sample.</param>
    /// <param name="lower">Its lower bounds.</param>
    /// <param name="upper">Its upper bounds.</param>
    /// <param name="fires">At which steps it fires for the sample.</param>
    /// <param name="threshold">Above which it fires; null where that is not one number.</param>
    /// <param name="colour">One of six.</param>
    public static string Band(double[] membrane, double[] lower, double[] upper, bool[] fires, double? threshold, int colour)
    {
        const int across = 300, height = 130, left = 40, foot = 20;
        double[] all = [.. lower, .. upper, .. threshold is { } level ? new[] { level } : []];
        double least = all.Min(), span = Math.Max(all.Max() - least, 1e-12);
        double X(int t) => left + ((across - left - 8) * (membrane.Length == 1 ? 0.5 : t / (membrane.Length - 1.0)));
        double Y(double value) => 6 + ((height - 6 - foot) * (1 - ((value - least) / span)));
        string Path(double[] values) => string.Join(' ', values.Select((value, t) => Invariant($"{X(t):0.#},{Y(value):0.#}")));
        string back = string.Join(' ', lower.Select((value, t) => Invariant($"{X(t):0.#},{Y(value):0.#}")).Reverse());
        var svg = Begin(across, height, "a membrane and its bounds");
        svg.Append(Invariant($"<text class=\"faint\" text-anchor=\"end\" x=\"{left - 5}\" y=\"{Y(least):0.#}\">{Number(least, "0.##")}</text>"))
            .Append(Invariant($"<text class=\"faint\" text-anchor=\"end\" x=\"{left - 5}\" y=\"{Y(least + span) + 8:0.#}\">{Number(least + span, "0.##")}</text>"))
            .Append(Invariant($"<text class=\"faint\" x=\"{left}\" y=\"{height - 4}\">t = 1</text><text class=\"faint\" text-anchor=\"end\" x=\"{across - 8}\" y=\"{height - 4}\">t = {membrane.Length}</text>"));
        if (threshold is { } line)
        {
            svg.Append(Invariant($"<line class=\"threshold\" x1=\"{left}\" x2=\"{across - 8}\" y1=\"{Y(line):0.#}\" y2=\"{Y(line):0.#}\"/>"));
        }

        svg.Append(Invariant($"<g class=\"c{colour % 6}\"><polygon class=\"area\" points=\"{Path(upper)} {back}\"/><polyline class=\"curve\" points=\"{Path(membrane)}\"/>"));
        for (int t = 0; t < membrane.Length; t++)
        {
            svg.Append(Invariant($"<circle class=\"{(fires[t] ? "dot" : "ring")}\" r=\"3.5\" cx=\"{X(t):0.#}\" cy=\"{Y(membrane[t]):0.#}\"/>"));
        }

        return svg.Append("</g></svg>").ToString();
    }

    /// <summary>Round numbers from 0 to the greatest, some five of them.</summary>
    internal static IEnumerable<double> Ticks(double most)
    {
        double raw = most / 5, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(size => size >= raw * (1 - 1e-9));
        for (int i = 0; i * step <= most * (1 + 1e-9); i++)
        {
            yield return i * step;
        }
    }

    private static StringBuilder Begin(int width, int height, string words) => new StringBuilder().Append(
        CultureInfo.InvariantCulture, $"<svg role=\"img\" aria-label=\"{Text(words)}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">");
}
