using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Runtime.Hosting;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Registers;

/// <summary>Puts a silo's membership, reminders and cluster map into registers of the nodes themselves.</summary>
internal static class QuorumHosting
{
    public static ISiloBuilder UseQuorum(this ISiloBuilder silo, IRegisters registers)
    {
        silo.AddReminders();
        silo.Services.AddSingleton(registers);
        silo.Services.AddSingleton<IMembershipTable, QuorumMembershipTable>();
        silo.Services.AddSingleton<IReminderTable, QuorumReminderTable>();
        silo.Services.AddGrainStorage(KvClusterOptions.StorageName, static (services, _) => new MapRegisterStorage(
            services.GetRequiredService<IRegisters>(), services.GetRequiredService<Serializer>()));
        return silo;
    }
}
