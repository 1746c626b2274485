namespace Reprocessing.Functions.Fulfillment;

internal sealed class FulfillmentOptions
{
    public const string Prefix = "Fulfillment";

    /// <summary>Of one call of one stage; three calls are made.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StageTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Of one call that only writes to storage.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StorageTimeout { get; set; } = TimeSpan.FromMinutes(2);

    public RestartPoint RestartFrom { get; set; } = RestartPoint.FailedStage;
}
