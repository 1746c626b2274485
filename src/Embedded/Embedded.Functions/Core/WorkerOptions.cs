using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

public class WorkerOptions
{
    /// <summary>
    /// Reads and writes every JSON that crosses between host and function: bodies, activity and orchestration inputs and
    /// outputs, the timer's information, the check-status answer. System.Text.Json without a naming policy unless set.
    /// </summary>
    public ObjectSerializer? Serializer { get; set; }
}
