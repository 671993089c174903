using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// Puts a silo's membership, reminders and grain state on PostgreSQL. The schema has to be there: <see cref="SchemaMigrator"/>.
/// </summary>
internal static class PostgresHosting
{
    /// <summary>The name of the grain storage.</summary>
    public const string StorageName = KvClusterOptions.StorageName;

    // Orleans' name for PostgreSQL's driver.
    private const string Invariant = "Npgsql";

    /// <exception cref="DatabaseException">The connection string cannot be read.</exception>
    public static ISiloBuilder UsePostgres(this ISiloBuilder silo, string connectionString)
    {
        // As Npgsql's builder writes it: Orleans cuts a string that it logs at the first "Password=", and would show a "Pwd=" before that.
        string normal = DatabaseTarget.Parse(connectionString).ConnectionString;
        return silo
            .UseAdoNetClustering(options =>
            {
                options.Invariant = Invariant;
                options.ConnectionString = normal;
            })
            .UseAdoNetReminderService(options =>
            {
                options.Invariant = Invariant;
                options.ConnectionString = normal;
            })
            .AddAdoNetGrainStorage(StorageName, options => options.Configure<Serializer>((storage, serializer) =>
            {
                storage.Invariant = Invariant;
                storage.ConnectionString = normal;
                // Orleans' own serializer, which keeps what has an [Id], as the wire does. The default (JSON of public properties)
                // would lose the rest without a word.
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
    }
}
