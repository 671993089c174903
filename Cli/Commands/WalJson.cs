using OrleansKv.Cli.Output;
using OrleansKv.Engine.Inspection;

namespace OrleansKv.Cli.Commands;

/// <summary>What <c>kv --json wal</c> writes: one object a line.</summary>
internal static class WalJson
{
    public static string Of(DumpedRecord record) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("file", record.File);
        writer.WriteNumber("offset", record.Offset);
        if (record.Problem is not null)
        {
            writer.WriteString("problem", record.Problem);
        }
        else
        {
            writer.WriteNumber("shard", record.Shard);
            writer.WriteNumber("epoch", record.Epoch);
            writer.WriteNumber("lsn", record.Lsn);
            writer.WriteString("kind", record.Kind.ToString());
            writer.WriteBoolean("group", record.InGroup);
            writer.WritePropertyName("key");
            JsonFormatter.AddString(record.Key, writer);
            writer.WriteNumber("value_bytes", record.ValueBytes);
            if (record.DeadlineMs > 0) writer.WriteNumber("deadline_ms", record.DeadlineMs);
        }

        writer.WriteEndObject();
    });

    public static string Of(FileReport report) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("file", report.Name);
        writer.WriteNumber(report.What, report.Count);
        writer.WriteNumber("size_bytes", report.SizeBytes);
        writer.WriteBoolean("whole", report.Problem is null);
        if (report.Problem is not null)
        {
            writer.WriteNumber("offset", report.ProblemOffset);
            writer.WriteString("problem", report.Problem);
            writer.WriteBoolean("newer_format", report.IsNewerFormat);
            if (report.Refusal is not null) writer.WriteString("refusal", report.Refusal);
        }

        writer.WriteEndObject();
    });

    public static string Of(RepairStep step, bool done) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("step", step.Text);
        writer.WriteBoolean("done", done);
        writer.WriteEndObject();
    });
}
