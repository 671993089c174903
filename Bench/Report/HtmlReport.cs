namespace OrleansKv.Bench.Report;

internal static class HtmlReport
{
    public static string Of(LoadReport report) => "";
}
