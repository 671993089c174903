using System.Security.Cryptography;
using System.Text;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// One step of the database's schema: its number (1, 2, 3, ... without a gap), its name, and SQL that runs in one transaction. Once
/// released it never changes: databases keep its checksum.
/// </summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the SQL in UTF-8, 64 hexadecimal digits. Line ends count as LF, whatever a checkout made of them.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}
