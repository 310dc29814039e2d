#include "format/itl/niem_map.h"

#include <algorithm>
#include <iterator>

#include "format/itl/niem_text.h"

namespace puente::format::niem {
namespace {

#define PUENTE_QUALITY_ITEMS(first, second, third) \
#third "=QualityAlgorithmProduct# " #first "=QualityValue " #second "=QualityAlgorithmVendor#|QualityMeasureVendor#"
#define PUENTE_BOX                                                                 \
  "5=SegmentBottomVerticalCoordinateValue 2=SegmentLeftHorizontalCoordinateValue " \
  "3=SegmentRightHorizontalCoordinateValue 4=SegmentTopVerticalCoordinateValue"
#define PUENTE_VERTEX "PositionPolygonVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"
#define PUENTE_POINT "1=ImageLocationHorizontalCoordinateMeasure 2=ImageLocationVerticalCoordinateMeasure"
#define PUENTE_POSITION "FrictionRidgePositionCode|FingerPositionCode|PalmPositionCode|PlantarPositionCode"
#define PUENTE_FINGER "FingerPositionCode|FrictionRidgePositionCode"
#define PUENTE_PALM "PalmPositionCode|FrictionRidgePositionCode"
#define PUENTE_VERTICES \
  "ImageSegmentVertex(ImageLocationHorizontalCoordinateMeasure,ImageLocationVerticalCoordinateMeasure)"
#define PUENTE_POLYGON "ImageSegmentPolygon/" PUENTE_VERTICES
#define EFS "ExtendedFeatureSetMinutiae/"

constexpr Row kHeader[] = {
    {2, ""_at, "1=ImageReference#"_items},
    {992, ""_at, "1=Type2CrossReference#"_items},
    {902, "ProcessAnnotation*"_at,
     "1=ProcessUTCDate/nc:DateTime 2=ProcessName 3=ProcessOwnerText 4=ProcessDescriptionText"_items},
    {995, "AssociatedContext*"_at, "1=Context# 2=ImageSegment#"_items},
    {996, "ImageHashValue"_at, "1=."_items},
    {997, "SourceRepresentation*"_at, "1=Source# 2=ImageSegment#"_items},
};

constexpr Row kType1[] = {
    {5, "Transaction/TransactionDate"_at, "1=nc:Date"_items},
    {7, "Transaction/TransactionDestinationOrganization"_at, "1=nc:Organization#"_items},
    {8, "Transaction/TransactionOriginatingOrganization"_at, "1=nc:Organization#"_items},
    {17, "Transaction"_at,
     "1=TransactionDestinationOrganization/nc:OrganizationName "
     "2=TransactionOriginatingOrganization/nc:OrganizationName"_items},
    {14, "Transaction/TransactionUTCDate"_at, "1=nc:DateTime"_items},
    {9, "Transaction"_at, "1=TransactionControl#"_items},
    {10, "Transaction"_at, "1=TransactionControlReference#"_items},
    {13, "Transaction/TransactionDomain"_at, "2=DomainVersionNumber# 1=TransactionDomainName|OrganizationName"_items},
    {16, "Transaction/TransactionApplicationProfile*"_at,
     "1=ApplicationProfileOrganizationName 2=ApplicationProfileName 3=ApplicationProfileVersion#"_items},
    {11, "Transaction/TransactionImageResolutionDetails"_at, "1=NativeScanningResolutionValue"_items},
    {12, "Transaction/TransactionImageResolutionDetails"_at, "1=NominalTransmittingResolutionValue"_items},
    {2, "Transaction"_at, "1m=TransactionMajorVersionValue 1n=TransactionMinorVersionValue"_items},
    {6, "Transaction"_at, "1=TransactionPriorityValue"_items},
    {4, "Transaction"_at, "1=TransactionCategoryCode"_items},
    {3, "Transaction/TransactionContentSummary"_at,
     "1=ContentFirstRecordCategoryCode 2=ContentRecordQuantity|ContentRecordCount"_items},
    {3, "Transaction/TransactionContentSummary/ContentRecordSummary*2"_at,
     "2=ImageReference# 1=RecordCategoryCode"_items},
    {15, "Transaction/TransactionCharacterSetDirectory*"_at,
     "2=CharacterSetCommonNameCode 1=CharacterSetIndexCode 3=CharacterSetVersion#"_items},
    {18, "Transaction"_at, "1=TransactionGeographicNameSetCode"_items},
};

constexpr Row kGray[] = {
    {9, "@"_at, "1=nc:BinaryBase64Object"_items},
    {5, "@/ImageCaptureDetail"_at, "1=CaptureResolutionCode"_items},
    {8, "@"_at, "1=ImageCompressionAlgorithmCode"_items},
    {6, "@"_at, "1=ImageHorizontalLineLengthPixelQuantity"_items},
    {7, "@"_at, "1=ImageVerticalLineLengthPixelQuantity"_items},
    {4, "@/FingerprintImagePosition"_at, "1+=FingerPositionCode"_items},
    {3, "@"_at, "1=FingerprintImageImpressionCaptureCategoryCode"_items},
};

constexpr Row kType8[] = {
    {8, "@"_at, "1=nc:BinaryBase64Object"_items},
    {5, "@/ImageCaptureDetail"_at, "1=CaptureResolutionCode"_items},
    {6, "@"_at, "1=ImageHorizontalLineLengthPixelQuantity"_items},
    {7, "@"_at, "1=ImageVerticalLineLengthPixelQuantity"_items},
    {4, "@"_at, "1=SignatureRepresentationCode"_items},
    {3, "@"_at, "1=SignatureCategoryCode"_items},
};

constexpr Row kType9[] = {
    {3, ""_at, "1=MinutiaeImpressionCaptureCategoryCode"_items},
    {4, ""_at, "1=MinutiaeFormatNISTStandardIndicator"_items},
    {901, "MinutiaeUniversalLatentWorkstationAnnotationText*"_at, "1=."_items},
    {903, "BiometricCaptureDetail"_at, "1=CaptureDevice#"_items},
    {904, "BiometricCaptureDetail"_at,
     "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"_items},
    {12, "itl:Minutiae/itl:MinutiaeNISTStandard/itl:MinutiaDetail*"_at,
     "2x=PositionHorizontalCoordinateValue 2y=PositionVerticalCoordinateValue 1=Minutia# 2t=PositionThetaAngleMeasure "
     "3=MinutiaQualityValue 4=MinutiaCategoryCode 5+,=MinutiaRidgeCount(RidgeCountReference#,RidgeCountValue)"_items},
    {10, "itl:Minutiae/itl:MinutiaeNISTStandard"_at, "1=MinutiaeQuantity"_items},
    {5, "itl:Minutiae/itl:MinutiaeNISTStandard/MinutiaeReadingSystem"_at,
     "2=ReadingSystemCodingMethodCode 1=ReadingSystemName 3=ReadingSystemSubsystem#"_items},
    {11, "itl:Minutiae/itl:MinutiaeNISTStandard"_at, "1=MinutiaeRidgeCountIndicator"_items},
    {8, "itl:Minutiae/MinutiaeFingerCorePosition*"_at,
     "1h=PositionHorizontalCoordinateValue 1l=PositionVerticalCoordinateValue"_items},
    {9, "itl:Minutiae/MinutiaeFingerDeltaPosition*"_at,
     "1h=PositionHorizontalCoordinateValue 1l=PositionVerticalCoordinateValue"_items},
    {7, "itl:Minutiae/itl:MinutiaeFingerPatternDetail"_at,
     "1=itl:FingerPatternCodeSourceCode 2+=FingerPatternCode"_items},
    {6, "itl:Minutiae/MinutiaeFingerPositionCode|MinutiaePalmPositionCode*"_at, "1=."_items},
    {176, "OtherMinutiae"_at, "1=MinutiaeAlgorithmOwnerText"_items},
    {177, "OtherMinutiae/MinutiaeAlgorithm"_at, "1=MinutiaeAlgorithmName 2=MinutiaeAlgorithmVersionText"_items},
    {178, "OtherMinutiae/MinutiaeCaptureDevice"_at, "1=CaptureDeviceName 2=CaptureDeviceVersionText"_items},
    {179, "OtherMinutiae/MinutiaeFormatContactOrganization/nc:OrganizationPrimaryContactInformation"_at,
     "1=nc:ContactInformationDescriptionText"_items},
    {126, "INCITSMinutiae"_at, "1=CBEFFFormatOwner# 2=CBEFFFormatCategory# 3=CBEFFProduct#"_items},
    {127, "INCITSMinutiae/ImageCaptureDetail"_at, "2=CaptureDevice# 1=CaptureDeviceCertificationCode"_items},
    {128, "INCITSMinutiae/FingerImpressionImage"_at, "1=ImageHorizontalLineLengthPixelQuantity"_items},
    {131, "INCITSMinutiae/FingerImpressionImage"_at, "1=ImageHorizontalPixelDensityValue"_items},
    {130, "INCITSMinutiae/FingerImpressionImage"_at, "1=ImageScaleUnitsCode"_items},
    {129, "INCITSMinutiae/FingerImpressionImage"_at, "1=ImageVerticalLineLengthPixelQuantity"_items},
    {132, "INCITSMinutiae/FingerImpressionImage"_at, "1=ImageVerticalPixelDensityValue"_items},
    {134, "INCITSMinutiae/FingerImpressionImage"_at, "1=FingerPositionCode"_items},
    {133, "INCITSMinutiae"_at, "1=FingerViewNumeric"_items},
    {135, "INCITSMinutiae/MinutiaeQuality*"_at, PUENTE_QUALITY_ITEMS(1, 2, 3) ""_items},
    {136, "INCITSMinutiae"_at, "1=MinutiaeQuantity"_items},
    {137, "INCITSMinutiae/INCITSMinutia*"_at,
     "1=Minutia# 2=INCITSMinutiaLocation/PositionHorizontalCoordinateValue "
     "3=INCITSMinutiaLocation/PositionVerticalCoordinateValue 4=INCITSMinutiaLocation/ImageLocationThetaAngleMeasure "
     "5=INCITSMinutiaCategoryCode 6=MinutiaQualityValue"_items},
    {138, "INCITSMinutiae/MinutiaeRidgeCountDetail"_at, "1=INCITSRidgeCountAlgorithmCode"_items},
    {138, "INCITSMinutiae/MinutiaeRidgeCountDetail/MinutiaeRidgeCountItem*2"_at,
     "1=Minutia# 2=MinutiaReference# 3=RidgeCountValue"_items},
    {139, "INCITSMinutiae/FingerprintPatternCoreLocation*"_at,
     "1=PositionHorizontalCoordinateValue 2=PositionVerticalCoordinateValue 3=ImageLocationThetaAngleMeasure"_items},
    {140, "INCITSMinutiae/FingerprintPatternDeltaLocation*"_at,
     "1=PositionHorizontalCoordinateValue 2=PositionVerticalCoordinateValue 3=ImageLocationThetaAngleMeasure"_items},
    {141, "INCITSMinutiae/FingerprintPatternDeltaLocation*"_at,
     "1=ImageLocationThetaAngleMeasure[2] 2=ImageLocationThetaAngleMeasure[3]"_items},
};
constexpr Row kExtended[] = {
    {303, EFS "ExtendedFeatureSetProfileIdentification*"_at, "1=nc:IdentificationID"_items},
    {300, EFS "FrictionRidgeImageRegionOfInterest"_at,
     "1=ImageSegmentWidthMeasure 2=ImageSegmentHeightMeasure 3=ImageSegmentHorizontalOffsetMeasure "
     "4=ImageSegmentVerticalOffsetMeasure 5~="_items PUENTE_POLYGON},
    {301, EFS "FingerprintImageFingerprintOrientation"_at,
     "1=OrientationAngleValue 2=OrientationAngleUncertaintyValue"_items},
    {302, EFS "MinutiaeFrictionRidgeLocation|MinutiaeFingerLocation|MinutiaePalmLocation|MinutiaePlantarLocation*"_at,
     "1=" PUENTE_POSITION " 2=SegmentLocationCode 3=FingerprintOffCenterCode 4~="_items PUENTE_POLYGON},
    {307, EFS "FingerprintPatternClassification*"_at,
     "1=FingerprintPatternGeneralClassCode 2=FingerprintPatternSubClassCode "
     "3=FingerprintPatternWhorlDeltaRelationshipCode"_items},
    {309, EFS "MinutiaeRidgeQualityMap"_at,
     "1=MinutiaeRidgeQualityMapCellSizeValue 2=MinutiaeRidgeQualityMapFormatCode"_items},
    {308, EFS "MinutiaeRidgeQualityMap/MinutiaeRidgeQualityMapRowText*"_at, "1=."_items},
    {311, EFS "MinutiaeRidgeFlowMap"_at,
     "1=MinutiaeRidgeFlowMapSamplingFrequencyValue 2=MinutiaeRidgeFlowMapFormatCode"_items},
    {310, EFS "MinutiaeRidgeFlowMap/MinutiaeRidgeFlowMapRowText*"_at, "1=."_items},
    {313, EFS "MinutiaeRidgeWavelengthMap"_at,
     "1=MinutiaeRidgeWavelengthMapSamplingFrequencyValue 2=MinutiaeRidgeWavelengthMapFormatCode"_items},
    {312, EFS "MinutiaeRidgeWavelengthMap/MinutiaeRidgeWavelengthMapRowText*"_at, "1=."_items},
    {314, EFS "FrictionRidgeImageTonalReversalCode"_at, "1=."_items},
    {315, EFS "FrictionRidgeImageLateralReversalCode"_at, "1=."_items},
    {316, EFS "ImageQuality*"_at, PUENTE_QUALITY_ITEMS(1, 2, 3) ""_items},
    {317, EFS "MinutiaeGrowthOrShrinkage"_at, "1=MinutiaeGrowthOrShrinkageCode 2=MinutiaeCommentText"_items},
    {325, EFS "MinutiaeNoCoresPresentIndicator"_at, "1=."_items},
    {320, EFS "MinutiaeCore*"_at,
     PUENTE_POINT " 3=MinutiaeCoreDirectionMeasure 4=ImageLocationUncertaintyRadiusMeasure "
                  "5=MinutiaeCoreDirectionUncertaintyValue"_items},
    {326, EFS "MinutiaeNoDeltasPresentIndicator"_at, "1=."_items},
    {321, EFS "MinutiaeDelta*"_at,
     PUENTE_POINT " 3=MinutiaeDeltaDirectionUpMeasure 4=MinutiaeDeltaDirectionLeftMeasure "
                  "5=MinutiaeDeltaDirectionRightMeasure 6=MinutiaeDeltaCategoryCode "
                  "7=ImageLocationUncertaintyRadiusMeasure 8=MinutiaeDeltaDirectionUpUncertaintyValue "
                  "9=MinutiaeDeltaDirectionLeftUncertaintyValue 10=MinutiaeDeltaDirectionRightUncertaintyValue"_items},
    {322, EFS "MinutiaeRidgeCountCoreToDelta*"_at,
     "1=MinutiaeCore# 2=MinutiaeDelta# 3=RidgeCountMinimumValue 4=RidgeCountMaximumValue"_items},
    {323, EFS "FrictionRidgeImageCenter*"_at,
     "1=FrictionRidgeImageCenterLocationMethodCode 2=ImageLocationHorizontalCoordinateMeasure "
     "3=ImageLocationVerticalCoordinateMeasure 4=ImageLocationUncertaintyRadiusMeasure"_items},
    {327, EFS "MinutiaeNoDistinctiveFeaturesPresentIndicator"_at, "1=."_items},
    {324, EFS "MinutiaeDistinctiveFeature*"_at,
     "1=MinutiaeDistinctiveFeatureCategoryCode 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"_items},
    {334, EFS "MinutiaeNoMinutiaePresentIndicator"_at, "1=."_items},
    {331, EFS "EFSMinutia*"_at,
     PUENTE_POINT " 3=ImageLocationThetaAngleMeasure 4=EFSMinutiaCategoryCode 5=ImageLocationUncertaintyRadiusMeasure "
                  "6=MinutiaDirectionUncertaintyValue"_items},
    {332, EFS "EFSRidgeCountAlgorithmCode"_at, "1=."_items},
    {333, EFS "EFSRidgeCountItem*"_at,
     "1=Minutia# 2=MinutiaReference# 3=RidgeCountValue 4=MinutiaeRidgeCountOctantNumeric "
     "5=MinutiaeRidgeCountResidualCode"_items},
    {335, EFS "MinutiaeRidgeCountConfidence*"_at,
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure "
     "5=MinutiaeRidgeCountMethodCode 6=MinutiaeRidgeCountConfidenceValue"_items},
    {346, EFS "MinutiaeNoDotsPresentIndicator"_at, "1=."_items},
    {340, EFS "MinutiaeDot*"_at, PUENTE_POINT " 3=MinutiaeDotLengthMeasure"_items},
    {347, EFS "MinutiaeNoIncipientRidgesPresentIndicator"_at, "1=."_items},
    {341, EFS "MinutiaeIncipientRidge*"_at,
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure"_items},
    {348, EFS "MinutiaeNoCreasesPresentIndicator"_at, "1=."_items},
    {342, EFS "MinutiaeFlexionCrease*"_at,
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure 5=MinutiaeFlexionCreaseCategoryCode"_items},
    {349, EFS "MinutiaeNoRidgeEdgeFeaturesPresentIndicator"_at, "1=."_items},
    {343, EFS "MinutiaeRidgeEdgeOrDiscontinuity*"_at,
     PUENTE_POINT " 3=MinutiaeRidgeEdgeOrDiscontinuityCategoryCode"_items},
    {344, EFS "MinutiaeNoPoresPresentIndicator"_at, "1=."_items},
    {345, EFS "MinutiaePore*"_at, PUENTE_POINT ""_items},
    {350, EFS "MinutiaeFeatureDetection*"_at,
     "1=MinutiaeFeatureDetectionFieldListText 2=MinutiaeFeatureDetectionMethodCode 3=MinutiaeAlgorithmVendor# "
     "4=MinutiaeAlgorithm# 6=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName "
     "5=MinutiaeExaminer/nc:PersonName/nc:PersonSurName 7=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "8=MinutiaeFeatureDetectionDateTime/nc:DateTime 9=MinutiaeCommentText"_items},
    {351, EFS "MinutiaeCommentText"_at, "1=."_items},
    {352, EFS "LatentProcessingCategoryCode*"_at, "1=."_items},
    {353, EFS "MinutiaeValueAssessment"_at,
     "1=MinutiaeValueAssessmentResultCode 3=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName "
     "2=MinutiaeExaminer/nc:PersonName/nc:PersonSurName 4=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "5=MinutiaeValueAssessmentDateTime/nc:DateTime 7=MinutiaeAnalysisComplexityCode 6=MinutiaeCommentText"_items},
    {354, EFS "MinutiaeFraudEvidence*"_at, "1=MinutiaeFraudEvidenceCategoryCode 2=MinutiaeCommentText"_items},
    {355, EFS "MinutiaeLatentSubstrate*"_at,
     "1=MinutiaeLatentSubstrateCategoryCode 2=MinutiaeLatentSubstrateDescriptionText"_items},
    {356, EFS "MinutiaeLatentMatrix*"_at, "1=MinutiaeLatentMatrixCategoryCode 2=MinutiaeCommentText"_items},
    {357, EFS "MinutiaeLocalQualityIssues*"_at,
     "1=MinutiaeLocalQualityIssuesCategoryCode 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"_items},
    {360, EFS "FrictionRidgeImageAreaOfCorrespondence*"_at,
     "1=ImageReference# 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"_items},
    {361, EFS "MinutiaeFeatureCorrespondence*"_at,
     "1=MinutiaeFeature# 2=MinutiaeFeatureCorrespondenceCategoryCode 3=MinutiaeFeatureCategoryCode "
     "4=MinutiaeFeatureReference# 5=ImageLocationHorizontalCoordinateMeasure 6=ImageLocationVerticalCoordinateMeasure "
     "7=MinutiaeCommentText"_items},
    {362, EFS "MinutiaeExaminerComparisonDetermination*"_at,
     "1=ImageReference# 2=MinutiaeExaminerComparisonDeterminationResultCode 3=MinutiaeExaminerProgressCode "
     "5=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName 4=MinutiaeExaminer/nc:PersonName/nc:PersonSurName "
     "6=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "7=MinutiaeExaminerComparisonDeterminationDateTime/nc:DateTime 9=MinutiaeComparisonComplexityCode "
     "8=MinutiaeCommentText"_items},
    {363, EFS "FrictionRidgeImageRelativeRotation*"_at, "1=ImageReference# 2=ImageRelativeOverallRotationValue"_items},
    {372, EFS "FrictionRidgeSkeletonizedImageBinaryObject"_at, "1=."_items},
    {373, EFS "MinutiaeImageRidgePathRepresentation/MinutiaeRidgePathSegment*"_at, "1~="_items PUENTE_VERTICES},
    {380, EFS "EFSTemporaryLine*"_at,
     PUENTE_POINT " 3=ImageLocationHorizontalCoordinateMeasure[2] 4=ImageLocationVerticalCoordinateMeasure[2] "
                  "5=FeatureLineColorValue 6=FeatureLineThicknessValue"_items},
    {381, EFS "EFSFeatureColor*"_at,
     "1=FeatureColorFieldReferencedCode 2=FeatureColorFieldOccurenceReferenced 3=FeatureColorHexidecimalValue "
     "4=FeatureColorCommentText"_items},
};

// An image's place and time of capture, types 10 and up. Types 13 to 17 have the bits of a pixel before it.
constexpr Row kImageData[] = {
    {999, "@"_at, "1=nc:BinaryBase64Object"_items},
};
constexpr Row kBits[] = {
    {12, "@"_at, "1=ImageBitsPerPixelQuantity"_items},
};
constexpr Row kLocation[] = {
    {998, "@/ImageCaptureDetail"_at,
     "13=CaptureLocation/nc:LocationDescriptionText "
     "8=CaptureLocation/nc:LocationGeographicElevation/nc:MeasurePointValue "
     "2=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeDegreeValue "
     "3=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeMinuteValue "
     "4=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeSecondValue "
     "5=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeDegreeValue "
     "6=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeMinuteValue "
     "7=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeSecondValue "
     "9=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/"
     "GeodeticDatumCoordinateSystemCode|GeodeticDatumCoordinateSystemName "
     "11=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMEastingValue "
     "10=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMGridZoneID "
     "12=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMNorthingValue "
     "14=CaptureLocation/LocationAlternateGeographicSystemValue/GeographicLocationSystemName "
     "15=CaptureLocation/LocationAlternateGeographicSystemValue/GeographicLocationText "
     "1=CaptureUTCDateTime/nc:DateTime"_items},
};
constexpr Row kDate[] = {
    {5, "@/ImageCaptureDetail/CaptureDate"_at, "1=nc:Date|nc:DateTime"_items},
};
constexpr Row kEstimate[] = {
    {34, "@/ImageCaptureDetail"_at, "1=ImageCaptureDateEstimateRange"_items},
};
constexpr Row kDevice[] = {
    {903, "@/ImageCaptureDetail"_at, "1=CaptureDevice#"_items},
    {904, "@/ImageCaptureDetail"_at,
     "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"_items},
    {16, "@/ImageCaptureDetail"_at, "1=CaptureHorizontalPixelDensityValue"_items},
};
constexpr Row kOrganization[] = {
    {4, "@/ImageCaptureDetail/CaptureOrganization"_at, "1=nc:Organization#"_items},
    {993, "@/ImageCaptureDetail/CaptureOrganization"_at, "1=nc:OrganizationName"_items},
    {47, "@/ImageCaptureDetail/CaptureOrganization"_at, "1=nc:OrganizationUnitName"_items},
};
constexpr Row kVertical[] = {
    {17, "@/ImageCaptureDetail"_at, "1=CaptureVerticalPixelDensityValue"_items},
};
constexpr Row kMonitoring[] = {
    {30, "@/ImageCaptureDetail"_at, "1=CaptureDeviceMonitoringModeCode"_items},
};
constexpr Row kSizes[] = {
    {11, "@"_at, "1=ImageCompressionAlgorithmText"_items},
    {6, "@"_at, "1=ImageHorizontalLineLengthPixelQuantity"_items},
    {9, "@"_at, "1=ImageHorizontalPixelDensityValue"_items},
};
constexpr Row kQualityOfImage[] = {
    {24, "@/ImageQuality*"_at, PUENTE_QUALITY_ITEMS(1, 2, 3) ""_items},
};
constexpr Row kSizesGoOn[] = {
    {8, "@"_at, "1=ImageScaleUnitsCode"_items},
    {7, "@"_at, "1=ImageVerticalLineLengthPixelQuantity"_items},
    {10, "@"_at, "1=ImageVerticalPixelDensityValue"_items},
};

constexpr Row kSizesGoOn10[] = {
    {8, "@"_at, "1=ImageScaleUnitsCode"_items},
    {3, "@"_at, "1=ImageCategoryCode"_items},
    {7, "@"_at, "1=ImageVerticalLineLengthPixelQuantity"_items},
    {10, "@"_at, "1=ImageVerticalPixelDensityValue"_items},
};
constexpr Row kColor10[] = {
    {12, "@"_at, "1=ImageColorSpaceCode"_items},
    {38, "@"_at, "1=ImageCommentText"_items},
};
constexpr Row kType10[] = {
    {18, "@/ImageDistortion"_at,
     "1=ImageDistortionCategoryCode 2=ImageDistortionMeasurementCode 3=ImageDistortionSeverityCode"_items},
    {25, "@/FaceImage3DPoseAngle"_at,
     "2=PosePitchAngleMeasure 5=PosePitchUncertaintyValue 3=PoseRollAngleMeasure 6=PoseRollUncertaintyValue "
     "1=PoseYawAngleMeasure 4=PoseYawUncertaintyValue"_items},
    {13, "@"_at, "1=FaceImageAcquisitionProfileCode"_items},
    {22, "@/FaceImageAttribute*"_at, "1=FaceImageAttributeCode 2=FaceImageAttributeText"_items},
    {26, "@/FaceImageDescriptionCode|FaceImageDescriptionText*"_at, "1=."_items},
    {27, "@/FaceImageEyeColorAttributeCode*"_at, "1=."_items},
    {29, "@/FaceImageFeaturePoint*"_at,
     "3=FeaturePointHorizontalCoordinateValue 2=FeaturePoint# 1=FeaturePointCategoryCode "
     "4=FeaturePointVerticalCoordinateValue"_items},
    {28, "@/FaceImageHairColorAttributeCode*"_at, "1=."_items},
    {21, "@"_at, "1=FaceImagePoseOffsetAngleMeasure"_items},
    {20, "@"_at, "1=FaceImageSubjectPoseCode"_items},
    {23, "@/FaceImageAcquisitionSource"_at, "1=CaptureSourceCode 2=CaptureSourceDescriptionText"_items},
    {14, "@/FaceImageBoundingSquare"_at,
     "5=FaceImageBoundingCategoryCode 4=SegmentBottomVerticalCoordinateValue 1=SegmentLeftHorizontalCoordinateValue "
     "2=SegmentRightHorizontalCoordinateValue 3=SegmentTopVerticalCoordinateValue"_items},
    {15, "@/FaceImageBoundary"_at,
     "1=FaceImageBoundaryShapeCode 2=PositionPolygonVertexQuantity 3+="_items PUENTE_VERTEX},
    {19, "@/FaceImageLightingArtifactsCode*"_at, "1=."_items},
    {31, "@"_at, "1=FaceImageFeaturePointTierCode|FaceImageFeaturePointTierNumeric"_items},
    {32, "@/FaceImage3DFeaturePoint*"_at,
     "3=FeaturePointHorizontalCoordinateValue 2=FeaturePoint# 1=FeaturePointCategoryCode "
     "4=FeaturePointVerticalCoordinateValue 5=FeaturePointZCoordinateValue"_items},
    {33, "@/FaceImageContour*"_at,
     "1=FaceImageContourCategoryCode 2=PositionPolygonVertexQuantity 3+="_items PUENTE_VERTEX},
    {45, "@/FaceImageOcclusion*"_at,
     "1=FaceImageOcclusionOpacityCode 2=FaceImageOcclusionCategoryCode 3=PositionPolygonVertexQuantity "
     "4+="_items PUENTE_VERTEX},
    {43, "@/PhysicalFeatureDescriptionDetail*"_at,
     "1=PhysicalFeatureColorDetail/PhysicalFeaturePrimaryColorCode "
     "2+=PhysicalFeatureColorDetail/PhysicalFeatureSecondaryColorCode"_items},
    {42, "@/PhysicalFeatureDescriptionDetail*"_at,
     "1=PhysicalFeatureCategoryCode 2=PhysicalFeatureClassCode 4=PhysicalFeatureDescriptionText "
     "3=PhysicalFeatureSubClassCode"_items},
    {40, "@/PhysicalFeatureNCICCode*"_at, "1=."_items},
    {41, "@/PhysicalFeatureSize"_at, "1=PhysicalFeatureHeightMeasure 2=PhysicalFeatureWidthMeasure"_items},
    {39, "@"_at, "1=PhysicalFeatureReference#"_items},
    {44, "@/ImageTransformationCode*"_at, "1=."_items},
    {46, "@/SubjectExistentialDetails"_at,
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"_items},
    {50, "@/DentalVisualImageDataInformation"_at,
     "1=DentalVisualImageCode 2=DentalVisualImageDescriptiveText 3=DentalVisualImageComparisonDescriptiveText"_items},
    {51, "@/RulerScalePresenceInformation"_at, "1=RulerScaleUnitCode 2=RulerScaleMakeText 3=RulerScaleModelText"_items},
};

constexpr Row kComment[] = {
    {20, "@"_at, "1=ImageCommentText"_items},
};
constexpr Row kImpression[] = {
    {3, "@"_at, "1=FingerprintImageImpressionCaptureCategoryCode"_items},
    {901, "@"_at, "1=FrictionRidgeCaptureTechnology"_items},
};
constexpr Row kJoint[] = {
    {14, "@/FingerprintImageMajorCasePrint"_at, "1=FingerPositionCode 2=MajorCasePrintCode"_items},
    {15, "@/FingerprintImageMajorCasePrint/MajorCasePrintSegmentOffset*"_at,
     "6=SegmentBottomVerticalCoordinateValue 2=SegmentLocationCode 1=SegmentFingerViewCode "
     "3=SegmentLeftHorizontalCoordinateValue 4=SegmentRightHorizontalCoordinateValue "
     "5=SegmentTopVerticalCoordinateValue"_items},
};
constexpr Row kType13[] = {
    {24, "@/FrictionRidgeImageQuality|FingerprintImageQuality|PalmprintImageQuality|PlantarImageQuality*"_at,
     "1=" PUENTE_POSITION " "_items PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {18, "@"_at,
     "1=RulerScalePresenceInformation/RulerScaleUnitCode 2=RulerScalePresenceInformation/RulerScaleMakeText "
     "3=RulerScalePresenceInformation/RulerScaleModelText 4=StandardFingerprintFormNumberText"_items},
    {19, "@/ResolutionMethodInformation"_at,
     "1=ResolutionMeansCode 2=ResolutionScaleLength 3=ResolutionScaleUnitCode 4=ResolutionScaleXCoordinateA "
     "5=ResolutionScaleYCoordinateA 6=ResolutionScaleXCoordinateB 7=ResolutionScaleYCoordinateB "
     "8=ResolutionCommentText"_items},
    {46, "@/SubjectExistentialDetails"_at,
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"_items},
};
constexpr Row kPosition13[] = {
    {13, "@/" PUENTE_POSITION "*"_at, "1=."_items},
};
constexpr Row kPosition14[] = {
    {13, "@"_at, "1="_items PUENTE_FINGER},
};
constexpr Row kSimultaneous[] = {
    {26, "@/ImageCaptureDetail"_at, "1=Capture#"_items},
};
constexpr Row kType14[] = {
    {18, "@/FingerprintImageFingerMissing*"_at, "1=FingerPositionCode 2=FingerMissingCode"_items},
    {21, "@/FingerprintImageSegmentPositionSquare*"_at, "1=FingerPositionCode "_items PUENTE_BOX},
    {22, "@/FingerprintImageNISTQuality*"_at, "1=FingerPositionCode 2=NISTQualityMeasure"_items},
    {23, "@/FingerprintImageSegmentationQuality*"_at, "1=FingerPositionCode "_items PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {24, "@/FingerprintImageQuality*"_at, "1=FingerPositionCode "_items PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {25, "@/FingerprintImageSegmentPositionPolygon*"_at,
     "1=FingerPositionCode 2=PositionPolygonVertexQuantity 3+="_items PUENTE_VERTEX},
    {31, "@"_at, "1=FingerprintImageAcquisitionProfileCode"_items},
    {27, "@"_at, "1=FingerprintImageStitchedIndicator"_items},
    {46, "SubjectExistentialDetails"_at,
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"_items},
};
constexpr Row kType15[] = {
    {13, "@"_at, "1="_items PUENTE_PALM},
    {18, "@/PalmprintImageMissingArea*"_at, "1=PalmPositionCode 2=PalmMissingAreaReasonCode"_items},
    {24, "@/PalmprintImageQuality*"_at, "1=PalmPositionCode "_items PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {21, "FrictionRidgeImageSegmentPositionSquare*"_at, "1=PalmPositionCode "_items PUENTE_BOX},
    {46, "SubjectExistentialDetails"_at,
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"_items},
};

constexpr Row kType16[] = {
    {3, "@"_at, "1=nc:BinaryDescriptionText"_items},
};
constexpr Row kColor[] = {
    {13, "@"_at, "1=ImageColorSpaceCode"_items},
};

constexpr Row kDevice17[] = {
    {17, "@/ImageCaptureDetail"_at, "1=CaptureDevice#"_items},
    {17, "@/IrisImageCapture"_at, "1=CaptureDevice#"_items, true},
    {19, "@/ImageCaptureDetail"_at,
     "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"_items},
    {19, "@/IrisImageCapture"_at,
     "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"_items, true},
    {18, "@/IrisImageCapture"_at, "1=CaptureDeviceGlobal#"_items, true},
    {22, "@/ImageCaptureDetail"_at, "1=CaptureHorizontalPixelDensityValue"_items},
};
constexpr Row kVertical17[] = {
    {23, "@/ImageCaptureDetail"_at, "1=CaptureVerticalPixelDensityValue"_items},
};
constexpr Row kColor17[] = {
    {13, "@"_at, "1=ImageColorSpaceCode"_items},
    {21, "@"_at, "1=ImageCommentText"_items},
};
#define PUENTE_BOUNDARY                                   \
  "1=IrisBoundaryShapeCode 2=ImageFeatureVertexQuantity " \
  "3+=ImageFeatureVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"
constexpr Row kType17[] = {
    {3, "@"_at, "1=IrisEyePositionCode"_items},
    {14, "@"_at, "1=IrisEyeRotationAngleText|IrisEyeRotationAngleMeasure"_items},
    {15, "@"_at, "1=IrisEyeRotationUncertaintyValueText"_items},
    {16, "@/IrisImageCapture"_at,
     "1=IrisImageHorizontalOrientationCode 3=IrisImageScanCategoryCode 2=IrisImageVerticalOrientationCode"_items},
    {20, "@"_at, "1=IrisEyeColorAttributeCode"_items},
    {25, "@/IrisImageAcquisitionLightingSpectrum"_at, "1=AcquisitionLightingSpectrumCode"_items},
    {25, "@"_at, "1=IrisImageAcquisitionLightingSpectrumValue"_items, true},
    {27, "@/IrisImageAcquisitionLightingSpectrum"_at,
     "1=AcquisitionLightingSpectrumLowerMeasure 2=AcquisitionLightingSpectrumUpperMeasure"_items},
    {26, "@"_at, "1=IrisDiameterPixelQuantity"_items},
    {28, "@"_at, "1=IrisImageMissingReasonCode"_items},
    {31, "@"_at, "1=IrisImageAcquisitionProfileCode"_items},
    {32, "@"_at, "1=IrisImageStorageFormatCode"_items},
    {33, "@/IrisImageIrisPupilBoundary"_at, PUENTE_BOUNDARY ""_items},
    {34, "@/IrisImageIrisScleraBoundary"_at, PUENTE_BOUNDARY ""_items},
    {35, "@/IrisImageIrisUpperEyelidBoundary"_at, PUENTE_BOUNDARY ""_items},
    {36, "@/IrisImageIrisLowerEyelidBoundary"_at, PUENTE_BOUNDARY ""_items},
    {37, "@/IrisImageOcclusion*"_at,
     "1=IrisImageOcclusionOpacityCode 2=IrisImageOcclusionCategoryCode 3=ImageFeatureVertexQuantity "
     "4+=ImageFeatureVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"_items},
    {40, "@"_at, "1=IrisImageRangeMeasure"_items},
    {41, "@"_at, "1=IrisImageGazeAngleMeasure"_items},
};

constexpr Row kType98[] = {
    {3, ""_at, "1=AssuranceFormatOwner#"_items},
    {4, "AssuranceOrganization"_at, "1=nc:Organization#"_items},
    {993, "AssuranceOrganization"_at, "1=nc:OrganizationName"_items},
    {5, ""_at, "1=AssuranceFormat#"_items},
    {6, "AssuranceDateTime"_at, "1=nc:DateTime"_items},
    {900, "AssuranceLogEntry*"_at,
     "1=AssuranceLogEventCode 2=AssuranceLogEventReasonText 3=AssuranceLogEventLocationText 4=AssuranceLogAgentText "
     "5=AssuranceLogEventOriginalValueText"_items},
    {901, ""_at, "1=AssuranceAuditRevision#"_items},
};

constexpr Row kCapture99[] = {
    {5, "@/ImageCaptureDetail/CaptureDate"_at, "1=nc:DateTime|nc:Date"_items},
};
constexpr Row kType99[] = {
    {102, "@/ImageQuality*"_at, PUENTE_QUALITY_ITEMS(1, 2, 3) ""_items},
    {103, "@"_at, "1=CBEFFFormatOwner#"_items},
    {104, "@"_at, "1=CBEFFFormatCategory#"_items},
    {100, "@"_at, "1=CBEFFVersion#"_items},
    {101, "@"_at, "1=CBEFFCategoryCode"_items},
};

using Block = std::span<const Row>;
constexpr Block kBlocks1[] = {kType1};
constexpr Block kBlocksNone[] = {kHeader};
constexpr Block kBlocksGray[] = {kHeader, kGray};
constexpr Block kBlocks8[] = {kHeader, kType8};
constexpr Block kBlocks9[] = {kHeader, kType9, kExtended};
constexpr Block kBlocks10[] = {kHeader,   kImageData,  kLocation, kDate,  kEstimate,       kDevice,      kOrganization,
                               kVertical, kMonitoring, kColor10,  kSizes, kQualityOfImage, kSizesGoOn10, kType10};
constexpr Block kBlocks13[] = {kHeader,    kImageData,    kBits,       kLocation, kDate,
                               kDevice,    kOrganization, kVertical,   kComment,  kSizes,
                               kSizesGoOn, kImpression,   kPosition13, kJoint,    kType13};
constexpr Block kBlocks14[] = {kHeader,       kImageData,  kBits,       kLocation,     kDate,    kDevice,
                               kOrganization, kVertical,   kMonitoring, kSimultaneous, kComment, kSizes,
                               kSizesGoOn,    kImpression, kPosition14, kJoint,        kType14};
constexpr Block kBlocks15[] = {kHeader,   kImageData,  kBits,    kLocation, kDate,      kDevice,     kOrganization,
                               kVertical, kMonitoring, kComment, kSizes,    kSizesGoOn, kImpression, kType15};
constexpr Block kBlocks16[] = {kHeader, kImageData, kType16,       kBits,           kLocation,
                               kDate,   kDevice,    kOrganization, kVertical,       kMonitoring,
                               kColor,  kComment,   kSizes,        kQualityOfImage, kSizesGoOn};
constexpr Block kBlocks17[] = {kHeader,   kImageData,      kBits,       kLocation,   kDate,
                               kDevice17, kOrganization,   kVertical17, kMonitoring, kColor17,
                               kSizes,    kQualityOfImage, kSizesGoOn,  kType17};
constexpr Block kBlocks98[] = {kHeader, kType98};
constexpr Block kBlocks99[] = {kHeader, kImageData, kLocation, kCapture99, kDevice, kOrganization, kType99};

constexpr RecordMap kMaps[] = {
    {1, "PackageInformationRecord", {}, kBlocks1},
    {2, "PackageDescriptiveTextRecord", {}, kBlocksNone},
    {3, "PackageLowResolutionGrayscaleImageRecord", "FingerprintImage"_names, kBlocksGray},
    {4, "PackageHighResolutionGrayscaleImageRecord", "FingerprintImage"_names, kBlocksGray},
    {5, "PackageLowResolutionBinaryImageRecord", "FingerprintImage"_names, kBlocksGray},
    {6, "PackageHighResolutionBinaryImageRecord", "FingerprintImage"_names, kBlocksGray},
    {7, "PackageUserDefinedImageRecord", {}, kBlocksNone},
    {8, "PackageSignatureImageRecord", "SignatureImage"_names, kBlocks8},
    {9, "PackageMinutiaeRecord", {}, kBlocks9},
    {10, "PackageFacialAndSMTImageRecord", "FaceImage|PhysicalFeatureImage"_names, kBlocks10},
    {11, "PackageVoiceDataRecord", {}, kBlocksNone},
    {12, "PackageForensicDentalDataRecord", {}, kBlocksNone},
    {13, "PackageLatentImageRecord",
     "FrictionRidgeImage|FingerImpressionImage|FingerprintImage|PalmprintImage|PlantarImage"_names, kBlocks13},
    {14, "PackageFingerprintImageRecord", "FingerImpressionImage|FingerprintImage"_names, kBlocks14},
    {15, "PackagePalmprintImageRecord", "PalmprintImage|PalmImpressionImage"_names, kBlocks15},
    {16, "PackageUserDefinedTestingImageRecord", "TestImage"_names, kBlocks16},
    {17, "PackageIrisImageRecord", "IrisImage"_names, kBlocks17},
    {18, "PackageDNARecord", {}, kBlocksNone},
    {19, "PackagePlantarImageRecord", {}, kBlocksNone},
    {20, "PackageSourceRepresentationRecord", {}, kBlocksNone},
    {21, "PackageAssociatedContextRecord", {}, kBlocksNone},
    {22, "PackageNonPhotographicImageryRecord", {}, kBlocksNone},
    {98, "PackageInformationAssuranceRecord", {}, kBlocks98},
    {99, "PackageCBEFFBiometricDataRecord", "CBEFFImage"_names, kBlocks99},
};

}  // namespace

const RecordMap* map_of(int type) {
  const auto* found =
      std::find_if(std::begin(kMaps), std::end(kMaps), [=](const RecordMap& m) { return m.type == type; });
  return found == std::end(kMaps) ? nullptr : found;
}

const RecordMap* map_of(std::string_view package) {
  const auto* found =
      std::find_if(std::begin(kMaps), std::end(kMaps), [=](const RecordMap& m) { return m.package == package; });
  return found == std::end(kMaps) ? nullptr : found;
}

}  // namespace puente::format::niem
