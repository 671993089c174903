using System.Text;

namespace OrleansKv.Bench.Report.Html;

/// <summary>
/// One plot's area, scales, grid and axis labels. Thread: one. Every coordinate it writes lies in the view box; text is never nearer than
/// its margin to the edge.
/// </summary>
internal sealed class SvgFrame(string description)
{
    public const double Width = 900;
    public const double Height = 320;
    public const double Left = 70;
    public const double Right = 862;
    public const double Top = 16;
    public const double Bottom = 282;

    private readonly StringBuilder _svg = new StringBuilder()
        .Append(Numbers.Text($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{description}\">"));

    /// <summary>From 0 to 1 on either axis, 0 being bottom left, to coordinates.</summary>
    public static double X(double part) => Left + (Math.Clamp(part, 0, 1) * (Right - Left));
    public static double Y(double part) => Bottom - (Math.Clamp(part, 0, 1) * (Bottom - Top));

    public void GridY(double part, string label)
    {
        double y = Y(part);
        _svg.Append(Numbers.Text(
            $"<line class=\"{(part <= 0 ? "axis" : "grid")}\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>"));
        if (label.Length > 0) _svg.Append(Numbers.Text($"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{label}</text>"));
    }

    public void GridX(double part, string label, bool line)
    {
        double x = X(part);
        if (line) _svg.Append(Numbers.Text($"<line class=\"grid\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top}\" y2=\"{Bottom}\"/>"));
        _svg.Append(Numbers.Text($"<text x=\"{x:0.#}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{label}</text>"));
    }

    public void NameX(string name) =>
        _svg.Append(Numbers.Text($"<text x=\"{(Left + Right) / 2:0.#}\" y=\"{Height - 4}\" text-anchor=\"middle\">{name}</text>"));

    /// <summary>A line, or a circle where there is but one point.</summary>
    public void Line(int series, bool faint, IReadOnlyList<(double X, double Y)> points, string title)
    {
        if (points.Count == 1)
        {
            _svg.Append(Numbers.Text($"<circle class=\"f{series}{(faint ? " faint" : "")}\" cx=\"{X(points[0].X):0.#}\" "
                + $"cy=\"{Y(points[0].Y):0.#}\" r=\"4\"><title>{title}</title></circle>"));
            return;
        }

        _svg.Append($"<polyline class=\"line s{series}{(faint ? " faint" : "")}\" points=\"");
        foreach ((double x, double y) in points) _svg.Append(Numbers.Text($"{X(x):0.#},{Y(y):0.#} "));
        _svg.Append($"\"><title>{title}</title></polyline>");
    }

    /// <summary>A dot with a larger invisible one around it, so that its title is easy to reach.</summary>
    public void Dot(int series, double x, double y, string title) => _svg.Append(Numbers.Text(
        $"<g><circle class=\"f{series}\" cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"2.6\"/><circle class=\"hit\" cx=\"{X(x):0.#}\" "
            + $"cy=\"{Y(y):0.#}\" r=\"8\"/><title>{title}</title></g>"));

    public void Bar(int series, double x, double width, double y, string label, string title)
    {
        double left = X(x), top = Y(y), right = X(x + width);
        _svg.Append(Numbers.Text($"<rect class=\"f{series}\" x=\"{left:0.#}\" width=\"{Math.Max(right - left, 1):0.#}\" y=\"{top:0.#}\" "
            + $"height=\"{Bottom - top:0.#}\" rx=\"2\"><title>{title}</title></rect>"));
        if (label.Length > 0)
        {
            _svg.Append(Numbers.Text($"<text class=\"label\" x=\"{(left + right) / 2:0.#}\" y=\"{Math.Min(top + 16, Bottom - 4):0.#}\" "
                + $"text-anchor=\"middle\">{label}</text>"));
        }
    }

    /// <summary>A pale bar from bottom to top: a time in which something was so.</summary>
    public void Span(int series, double x, double width, string title) => _svg.Append(Numbers.Text(
        $"<rect class=\"f{series} faint\" x=\"{X(x):0.#}\" width=\"{Math.Max(X(x + width) - X(x), 1):0.#}\" y=\"{Top}\" "
            + $"height=\"{Bottom - Top}\"><title>{title}</title></rect>"));

    public void Median(int series, double y) =>
        _svg.Append(Numbers.Text($"<line class=\"median s{series}\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/>"));

    public override string ToString() => _svg + "</svg>";
}
